-- The views in scope: namespace, name, kind, query.
SELECT n.nspname, c.relname, c.relkind, pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY (:namespaces) AND c.relkind IN ('v', 'm') AND c.oid NOT IN (:extension_relations)
ORDER BY n.nspname, c.relname
