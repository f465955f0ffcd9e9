-- What is there of the namespace :namespace and of the history in it? One row: whether the namespace exists, whether
-- the history's table does, whether the session cannot write, and some tables of others, which are not an extension's.
SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = :namespace),
       EXISTS (SELECT FROM pg_catalog.pg_class c
               WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = :namespace)
                 AND c.relname = :table AND c.relkind IN ('r', 'p', 'v')),
       pg_catalog.current_setting('transaction_read_only'),
       (SELECT pg_catalog.array_to_string(pg_catalog.array_agg(t.relname ORDER BY t.relname), chr(10))
        FROM (SELECT c.relname FROM pg_catalog.pg_class c
              WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = :namespace)
                AND c.relkind = 'r' AND c.relname <> :table
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                                  AND d.deptype = 'e')
              ORDER BY c.relname LIMIT 4) t)
