-- The defaults and conditions of a temporary table. A row each: the name of the column or constraint, the text.
SELECT a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
FROM pg_catalog.pg_attrdef d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.adrelid = {{table: name literal}}::pg_catalog.regclass
UNION ALL
SELECT k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid)
FROM pg_catalog.pg_constraint k
WHERE k.conrelid = {{table: name literal}}::pg_catalog.regclass AND k.contype = 'c'
