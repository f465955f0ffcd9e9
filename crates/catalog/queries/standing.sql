-- What stands under names. What is asked is a list of (number, kind, namespace, name, part): the kind is 'relation',
-- 'type', 'column', 'constraint' or 'trigger'; the part is the name of a column, a constraint or a trigger of the table. Rows: the number,
-- PostgreSQL's word for what stands there, namespace and name of the table of an index, and why an index serves no
-- queries (NULL: it does), and what the model does not say of it: a line a property: `its kind = a plain table`. An index of a partitioned table is incomplete until each partition has one like it. Who may not
-- see which index a session builds must take it for any.
WITH asked (number, kind, namespace, name, part) AS (
    VALUES {{asked: rows}}
)
SELECT a.number, found.word, found.table_namespace, found.table_name, found.reason, found.facts
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
            END,
            CASE c.relkind
                WHEN 'r' THEN pg_catalog.concat_ws(pg_catalog.chr(10), of_table.facts, of_columns.facts)
                WHEN 'p' THEN pg_catalog.concat_ws(pg_catalog.chr(10), of_table.facts, of_columns.facts)
                WHEN 'm' THEN of_view.facts
                ELSE of_index.facts
            END
        FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
            LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
            LEFT JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
            CROSS JOIN LATERAL (
                SELECT pg_catalog.concat_ws(pg_catalog.chr(10),
                    'its persistence = ' || CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
                    'its kind = ' || CASE c.relkind WHEN 'p' THEN 'a partitioned table' ELSE 'a plain table' END,
                    'its parent = ' || coalesce((
                        SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name COLLATE "C")
                        FROM pg_catalog.pg_inherits h
                            JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
                            JOIN pg_catalog.pg_namespace s ON s.oid = p.relnamespace
                            CROSS JOIN LATERAL (
                                SELECT pg_catalog.concat(s.nspname, '.', p.relname)) o (name)
                        WHERE h.inhrelid = c.oid), 'nothing'),
                    (SELECT 'its primary key = ' || CASE
                            WHEN k.condeferred THEN 'initially deferred'
                            WHEN k.condeferrable THEN 'deferrable'
                            ELSE 'not deferrable'
                        END
                    FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = c.oid AND k.contype = 'p'))
            ) of_table (facts)
            CROSS JOIN LATERAL (
                SELECT pg_catalog.string_agg(
                    pg_catalog.concat('the collation of its column `', b.attname, '` = ', o.collname), pg_catalog.chr(10))
                FROM pg_catalog.pg_attribute b
                    JOIN pg_catalog.pg_type y ON y.oid = b.atttypid AND y.typcollation = 100
                    JOIN pg_catalog.pg_collation o ON o.oid = b.attcollation
                WHERE b.attrelid = c.oid AND b.attnum > 0 AND NOT b.attisdropped
            ) of_columns (facts)
            CROSS JOIN LATERAL (
                SELECT pg_catalog.string_agg(
                    pg_catalog.concat('the collation of its key ', i.attnum, ' = ', o.collname), pg_catalog.chr(10))
                FROM pg_catalog.pg_attribute i
                    JOIN pg_catalog.pg_attribute b ON b.attrelid = x.indrelid AND b.attnum = x.indkey[i.attnum - 1]
                    JOIN pg_catalog.pg_collation o ON o.oid = i.attcollation
                WHERE i.attrelid = x.indexrelid AND i.attnum <= x.indnkeyatts
                    AND (b.attcollation = 100 OR i.attcollation <> b.attcollation)
            ) of_index (facts)
            CROSS JOIN LATERAL (
                SELECT pg_catalog.concat_ws(pg_catalog.chr(10),
                    (SELECT 'its list of columns = ' || pg_catalog.string_agg(b.attname, ', ' ORDER BY b.attnum)
                    FROM pg_catalog.pg_attribute b
                    WHERE b.attrelid = c.oid AND b.attnum > 0 AND NOT b.attisdropped),
                    'what it reads = ' || coalesce((
                        SELECT pg_catalog.string_agg(DISTINCT o.name, ', ' ORDER BY o.name)
                        FROM pg_catalog.pg_rewrite r
                            JOIN pg_catalog.pg_depend d
                                ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
                            JOIN pg_catalog.pg_class p
                                ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.oid = d.refobjid
                            JOIN pg_catalog.pg_namespace s ON s.oid = p.relnamespace
                            CROSS JOIN LATERAL (
                                SELECT pg_catalog.concat(s.nspname, '.', p.relname) COLLATE "C") o (name)
                        WHERE r.ev_class = c.oid AND p.oid <> c.oid AND p.relkind IN ('r', 'p', 'v', 'm', 'f')
                            AND s.nspname NOT IN ('pg_catalog', 'information_schema')), 'nothing'))
            ) of_view (facts)
        WHERE a.kind = 'relation' AND c.relnamespace = n.oid AND c.relname = a.name
        UNION ALL
        SELECT CASE y.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'type' END, NULL, NULL, NULL,
            CASE y.typtype
                WHEN 'd' THEN 'its base type = ' || pg_catalog.format_type(y.typbasetype, y.typtypmod)
                WHEN 'c' THEN (
                    SELECT 'its list of attributes = ' || pg_catalog.string_agg(b.attname, ', ' ORDER BY b.attnum)
                    FROM pg_catalog.pg_attribute b
                    WHERE b.attrelid = y.typrelid AND b.attnum > 0 AND NOT b.attisdropped)
            END
        FROM pg_catalog.pg_type y
        WHERE a.kind = 'type' AND y.typnamespace = n.oid AND y.typname = a.name
        UNION ALL
        SELECT 'column', NULL, NULL, NULL,
            (SELECT 'its collation = ' || o.collname
            FROM pg_catalog.pg_type y, pg_catalog.pg_collation o
            WHERE y.oid = b.atttypid AND y.typcollation = 100 AND o.oid = b.attcollation)
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
            NULL, NULL, NULL,
            CASE
                WHEN k.contype NOT IN ('p', 'u', 'x') THEN NULL
                WHEN k.condeferred THEN 'its timing = initially deferred'
                WHEN k.condeferrable THEN 'its timing = deferrable'
                ELSE 'its timing = not deferrable'
            END
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
        WHERE a.kind = 'constraint' AND c.relnamespace = n.oid AND c.relname = a.name AND k.conname = a.part
        UNION ALL
        SELECT 'trigger', NULL, NULL, NULL,
            pg_catalog.concat('its timing = ',
                CASE WHEN g.tgtype & 64 <> 0 THEN 'INSTEAD OF ' WHEN g.tgtype & 2 <> 0 THEN 'BEFORE ' ELSE 'AFTER ' END,
                pg_catalog.concat_ws(' OR ',
                    CASE WHEN g.tgtype & 4 <> 0 THEN 'INSERT' END, CASE WHEN g.tgtype & 8 <> 0 THEN 'DELETE' END,
                    CASE WHEN g.tgtype & 16 <> 0 THEN 'UPDATE' END, CASE WHEN g.tgtype & 32 <> 0 THEN 'TRUNCATE' END),
                ' FOR EACH ', CASE WHEN g.tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END,
                pg_catalog.chr(10), 'its function = ', f.proname)
        FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid
            JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
        WHERE a.kind = 'trigger' AND c.relnamespace = n.oid AND c.relname = a.name AND g.tgname = a.part
            AND NOT g.tgisinternal
    ) found (word, table_namespace, table_name, reason, facts)
ORDER BY a.number
