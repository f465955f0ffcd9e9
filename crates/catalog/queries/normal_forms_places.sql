-- Which of these places are there? The list is of (number, table as in SQL, column or NULL). A row each: the number.
SELECT asked.number
FROM (VALUES {{places: places}}) asked (number, name, part)
    JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(asked.name)
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
    AND (asked.part IS NULL OR EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = asked.part AND a.attnum > 0 AND NOT a.attisdropped))
ORDER BY asked.number
