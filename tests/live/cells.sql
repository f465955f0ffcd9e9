-- Every value in every table, one a line: table, column, value.
CREATE TEMPORARY TABLE cells (relation text, name text, value text);
DO $$
DECLARE
  relation regclass;
BEGIN
  FOR relation IN
    SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
  LOOP
    EXECUTE format('INSERT INTO cells SELECT %L, key, value FROM (SELECT to_jsonb(%s) AS cells FROM %s) AS r, jsonb_each_text(cells)',
                   relation, quote_ident((SELECT relname FROM pg_class WHERE oid = relation)), relation);
  END LOOP;
END $$;
SELECT json_build_array(relation, name, value) FROM cells
ORDER BY relation COLLATE "C", name COLLATE "C", value COLLATE "C";
DROP TABLE cells;
