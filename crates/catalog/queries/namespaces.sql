-- The namespaces in scope: oid, name.
SELECT n.oid, n.nspname
FROM pg_catalog.pg_namespace n
WHERE CASE
    WHEN {{all: boolean}} THEN n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
    ELSE n.nspname = ANY (ARRAY[{{names: literals}}]::pg_catalog.name[])
END
ORDER BY n.nspname
