-- The functions and procedures of these names, without those of PostgreSQL and of extensions. What is asked is a list of
-- (namespace or NULL, name). A row each: namespace, name, language, code.
SELECT n.nspname, p.proname, l.lanname, {{code: fragment}}
FROM (VALUES {{asked: names}}) asked (namespace, name)
    JOIN pg_catalog.pg_proc p ON p.proname = asked.name
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE (asked.namespace IS NULL OR asked.namespace = n.nspname) AND p.prokind IN ('f', 'p')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY n.nspname, p.proname, p.oid
