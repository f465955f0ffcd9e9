-- The tables and columns whose rows statements touch. What is asked is a list of
-- (number, kind, name, column, only, cascades): the kind is 'table', 'type', 'namespace' or 'extension' for an object
-- that is dropped, else 'truncate', 'delete' or 'column'; the name is written as in SQL, but that of an extension;
-- `only` leaves out the tables below. Rows: the number, namespace, table, whether it has partitions, the column or NULL.
WITH RECURSIVE asked (number, kind, name, part, only_itself, cascades) AS (
    VALUES {{asked: rows}}
), root AS (
    SELECT number, kind, part, only_itself, cascades,
        kind IN ('table', 'type', 'namespace', 'extension') AS is_dropped,
        CASE kind
            WHEN 'namespace' THEN 'pg_catalog.pg_namespace'
            WHEN 'type' THEN 'pg_catalog.pg_type'
            WHEN 'extension' THEN 'pg_catalog.pg_extension'
            ELSE 'pg_catalog.pg_class'
        END::pg_catalog.regclass::oid AS class,
        CASE kind
            WHEN 'namespace' THEN pg_catalog.to_regnamespace(name)::oid
            WHEN 'type' THEN pg_catalog.to_regtype(name)::oid
            WHEN 'extension' THEN (SELECT oid FROM pg_catalog.pg_extension WHERE extname = name)
            ELSE pg_catalog.to_regclass(name)::oid
        END AS object
    FROM asked
), gone (number, class, object, part) AS (
    -- what goes with an object that is dropped, as the server itself finds it
    SELECT number, class, object, 0 FROM root WHERE is_dropped AND object IS NOT NULL
    UNION
    SELECT gone.number, d.classid, d.objid, d.objsubid
    FROM gone
        JOIN root ON root.number = gone.number
        JOIN pg_catalog.pg_depend d
            ON d.refclassid = gone.class AND d.refobjid = gone.object AND gone.part IN (0, d.refobjsubid)
    WHERE root.cascades OR d.deptype IN ('a', 'i', 'e', 'P', 'S')
), touched (number, object) AS (
    -- the tables below a table, and those whose rows go with its rows
    SELECT number, object FROM root WHERE NOT is_dropped AND object IS NOT NULL
    UNION
    SELECT touched.number, next.object
    FROM touched
        JOIN root ON root.number = touched.number
        CROSS JOIN LATERAL (
            SELECT inhrelid AS object
            FROM pg_catalog.pg_inherits
            WHERE inhparent = touched.object AND NOT root.only_itself
            UNION ALL
            SELECT conrelid
            FROM pg_catalog.pg_constraint
            WHERE confrelid = touched.object AND contype = 'f'
                AND (root.kind = 'truncate' AND root.cascades OR root.kind = 'delete' AND confdeltype = 'c')
        ) next
), part_of (number, object, part) AS (
    SELECT number, object, part
    FROM gone
    WHERE class = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND (part = 0 OR NOT EXISTS (
            SELECT FROM gone whole
            WHERE whole.number = gone.number AND whole.class = gone.class AND whole.object = gone.object
                AND whole.part = 0))
    UNION
    SELECT touched.number, touched.object, 0
    FROM touched JOIN root ON root.number = touched.number
    WHERE root.kind <> 'column'
    UNION
    SELECT touched.number, touched.object, a.attnum
    FROM touched
        JOIN root ON root.number = touched.number AND root.kind = 'column'
        JOIN pg_catalog.pg_attribute a ON a.attrelid = touched.object AND a.attname = root.part AND a.attnum > 0
    UNION
    -- columns that lose their values with the rows that they refer to
    SELECT touched.number, k.conrelid, referring.part
    FROM touched
        JOIN root ON root.number = touched.number AND root.kind = 'delete'
        JOIN pg_catalog.pg_constraint k
            ON k.confrelid = touched.object AND k.contype = 'f' AND k.confdeltype IN ('n', 'd')
        CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) referring (part)
)
SELECT p.number, n.nspname, c.relname, c.relkind = 'p', a.attname
FROM part_of p
    JOIN root ON root.number = p.number
    JOIN pg_catalog.pg_class c ON c.oid = p.object
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.object AND a.attnum = p.part AND p.part <> 0
-- what a view or a table elsewhere shows stays where it is when it is dropped
WHERE (c.relkind IN ('r', 'p') OR NOT root.is_dropped AND c.relkind IN ('v', 'f'))
    -- computed values can be computed again
    AND coalesce(a.attgenerated, '') = ''
    -- the rows of a partition are those of its partitioned table
    AND NOT (c.relispartition AND EXISTS (
        SELECT
        FROM pg_catalog.pg_inherits i JOIN part_of above ON above.object = i.inhparent
        WHERE i.inhrelid = c.oid AND above.number = p.number))
ORDER BY p.number, n.nspname, c.relname, p.part
