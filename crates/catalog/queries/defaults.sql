-- The defaults and generating expressions of columns of tables in scope: oid of the table, position, expression.
-- An expression without columns is deparsed without looking the table up, which is much faster.
SELECT d.adrelid, d.adnum,
       pg_catalog.pg_get_expr(d.adbin, CASE WHEN d.adbin::pg_catalog.text LIKE '%{VAR %' THEN d.adrelid ELSE 0 END)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
