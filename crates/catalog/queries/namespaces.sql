-- The namespaces in scope: oid, name.
SELECT n.oid, n.nspname
FROM pg_catalog.pg_namespace n
WHERE :in_scope
ORDER BY n.nspname
