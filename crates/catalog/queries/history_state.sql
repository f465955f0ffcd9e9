-- What is there of a namespace and of the history in it? One row: whether the namespace exists, whether the history's
-- table does, whether the session cannot write, and up to four tables of others, which are not an extension's.
SELECT n.oid IS NOT NULL,
       EXISTS (SELECT FROM pg_catalog.pg_class c
               WHERE c.relnamespace = n.oid AND c.relname = {{table: literal}} AND c.relkind IN ('r', 'p', 'v')),
       pg_catalog.current_setting('transaction_read_only'),
       others.names[1], others.names[2], others.names[3], others.names[4]
FROM (VALUES (1)) one
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = {{namespace: literal}}
    CROSS JOIN LATERAL (
        SELECT pg_catalog.array_agg(t.relname ORDER BY t.relname)
        FROM (SELECT c.relname FROM pg_catalog.pg_class c
              WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname <> {{table: literal}}
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                                  AND d.deptype = 'e')
              ORDER BY c.relname LIMIT 4) t) others (names)
