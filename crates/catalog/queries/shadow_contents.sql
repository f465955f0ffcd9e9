-- What does a database hold that a trial would empty? A row each of the tables that may have rows, and of the histories:
-- name as in SQL, whether it is a history, whether it is as good as full, as this role may not see all of its rows.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname = '_prisma_migrations',
       NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))
           OR pg_catalog.row_security_active(c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE CASE
    WHEN {{all: boolean}} THEN n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
    ELSE n.nspname = ANY (ARRAY[{{names: literals}}]::pg_catalog.name[])
END AND c.relkind IN ('r', 'm')
  AND (c.relname = '_prisma_migrations' OR pg_catalog.pg_relation_size(c.oid) > 0)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid
                    AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e')
ORDER BY 2 DESC, 1;
-- How many objects are there that no extension has? One row.
SELECT pg_catalog.count(*)
FROM (SELECT c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, c.relnamespace FROM pg_catalog.pg_class c
      UNION ALL
      SELECT p.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, p.pronamespace FROM pg_catalog.pg_proc p
      UNION ALL
      SELECT t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, t.typnamespace FROM pg_catalog.pg_type t)
         o (oid, class, namespace)
JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
WHERE CASE
    WHEN {{all: boolean}} THEN n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
    ELSE n.nspname = ANY (ARRAY[{{names: literals}}]::pg_catalog.name[])
END
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.classid = o.class AND x.objid = o.oid AND x.deptype IN ('e', 'i'));
-- Which namespaces are there, and does each bear the mark of a trial? A row each.
SELECT n.nspname, coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace') = {{mark: literal}}, false)
FROM pg_catalog.pg_namespace n
WHERE n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
