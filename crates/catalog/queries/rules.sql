-- Not modelled, a row each: kind, namespace, table, name, definition. Rules of tables and views in scope, but for those that make a view what it is.
SELECT 'rule', n.nspname, c.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid)
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND r.rulename <> '_RETURN' AND c.oid NOT IN ({{extension_relations: fragment}})
ORDER BY 2, 3, 4
