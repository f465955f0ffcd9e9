-- The columns of a table that are stored: name, and the type in which a copy of them is kept. That is `text`
-- for a type of somebody's own, which may be gone when the copy is read, and for names of objects, which may be, too.
SELECT a.attname,
    CASE
        WHEN t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AND coalesce(element.typname, t.typname) !~ '^_?reg'
            THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
        WHEN element.typtype = 'e' THEN 'text[]'
        ELSE 'text'
    END
FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem AND t.typcategory = 'A'
WHERE a.attrelid = pg_catalog.to_regclass({{table: name literal}}) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum
