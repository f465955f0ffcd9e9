-- The tables that a trial would drop, as far as this role may lock them: namespace, name.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE CASE
    WHEN {{all: boolean}} THEN n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
    ELSE n.nspname = ANY (ARRAY[{{names: literals}}]::pg_catalog.name[])
END
  AND c.relkind IN ('r', 'p') AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
ORDER BY n.nspname, c.relname
