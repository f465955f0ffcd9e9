-- Is the index of this name of this table half built, and is nobody building it? One row for such an index: its
-- namespace, its name.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relname = {{index: literal}} AND i.indrelid = pg_catalog.to_regclass({{table: literal}})
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid
                  OR p.datname = pg_catalog.current_database() AND p.relid IS NULL)
