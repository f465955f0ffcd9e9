-- The views in scope, in the order in which they were made: oid, namespace, name, kind, query.
SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('v', 'm') AND c.oid NOT IN ({{extension_relations: fragment}})
ORDER BY c.oid
