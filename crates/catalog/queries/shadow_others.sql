-- The tables of other namespaces than one that the role of the session could change: it owns them, or has a right to write.
-- Those of extensions are not among them. A row each: name as in SQL.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname <> {{namespace: literal}} AND n.nspname <> 'information_schema'
  AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
  AND c.relkind IN ('r', 'p', 'm', 'f')
  AND (pg_catalog.pg_has_role(c.relowner, 'MEMBER')
       OR pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid
                    AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e')
ORDER BY 1
