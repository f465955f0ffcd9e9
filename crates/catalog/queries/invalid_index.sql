-- Is the index :index of the table :table half built, and is nobody building it? One row for such an index: its name.
SELECT i.indexrelid::pg_catalog.regclass::text
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relname = :index AND i.indrelid = pg_catalog.to_regclass(:table)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
