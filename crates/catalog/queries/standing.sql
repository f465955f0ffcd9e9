-- What stands under names. What is asked is a list of (number, kind, namespace, name, part): the kind is 'relation',
-- 'type', 'column' or 'constraint'; the part is the name of a column or a constraint of the table. Rows: the number,
-- PostgreSQL's word for what stands there, namespace and name of the table of an index, and why an index serves no
-- queries (NULL: it does). An index of a partitioned table is incomplete until each partition has one like it. Who may not
-- see which index a session builds must take it for any.
WITH asked (number, kind, namespace, name, part) AS (
    VALUES {{asked: rows}}
)
SELECT a.number, found.word, found.table_namespace, found.table_name, found.reason
FROM asked a
    JOIN pg_catalog.pg_namespace n ON n.nspname = a.namespace
    CROSS JOIN LATERAL (
        SELECT CASE c.relkind
                WHEN 'r' THEN 'table'
                WHEN 'p' THEN 'table'
                WHEN 'v' THEN 'view'
                WHEN 'm' THEN 'materialized view'
                WHEN 'S' THEN 'sequence'
                WHEN 'f' THEN 'foreign table'
                WHEN 'c' THEN 'type'
                ELSE 'index'
            END,
            m.nspname, t.relname,
            CASE
                WHEN x.indisvalid AND x.indisready OR x.indexrelid IS NULL THEN NULL
                WHEN c.relkind = 'I' THEN 'incomplete'
                WHEN EXISTS (
                    SELECT
                    FROM pg_catalog.pg_stat_progress_create_index b
                    WHERE b.index_relid = c.oid
                        OR b.datname = pg_catalog.current_database() AND b.relid IS NULL)
                THEN 'building'
                ELSE 'invalid'
            END
        FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
            LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
            LEFT JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
        WHERE a.kind = 'relation' AND c.relnamespace = n.oid AND c.relname = a.name
        UNION ALL
        SELECT CASE y.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'type' END, NULL, NULL, NULL
        FROM pg_catalog.pg_type y
        WHERE a.kind = 'type' AND y.typnamespace = n.oid AND y.typname = a.name
        UNION ALL
        SELECT 'column', NULL, NULL, NULL
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute b ON b.attrelid = c.oid
        WHERE a.kind = 'column' AND c.relnamespace = n.oid AND c.relname = a.name
            AND b.attname = a.part AND b.attnum > 0 AND NOT b.attisdropped
        UNION ALL
        SELECT CASE k.contype
                WHEN 'p' THEN 'primary key'
                WHEN 'u' THEN 'unique constraint'
                WHEN 'f' THEN 'foreign key'
                WHEN 'c' THEN 'check constraint'
                WHEN 'x' THEN 'exclusion constraint'
                ELSE 'constraint'
            END,
            NULL, NULL, NULL
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
        WHERE a.kind = 'constraint' AND c.relnamespace = n.oid AND c.relname = a.name AND k.conname = a.part
    ) found (word, table_namespace, table_name, reason)
ORDER BY a.number
