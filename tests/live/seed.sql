-- Puts two rows into every table. A value depends on its type and on the number of its row alone, so that row 1 refers
-- to row 1 by every foreign key, whatever the keys are made of.
CREATE OR REPLACE FUNCTION pg_temp.value(type oid, modifier int, k int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  entry pg_type := (SELECT t FROM pg_type t WHERE t.oid = type);
  name text := format_type(type, modifier);
  text_value text;
BEGIN
  IF entry.typcategory = 'A' THEN
    RETURN format('ARRAY[%s]::%s', pg_temp.value(entry.typelem, modifier, k), name);
  END IF;
  text_value := CASE
    WHEN entry.typtype = 'e' THEN
      (SELECT enumlabel FROM pg_enum WHERE enumtypid = type ORDER BY enumsortorder
       OFFSET (k - 1) % (SELECT count(*) FROM pg_enum WHERE enumtypid = type) LIMIT 1)
    WHEN entry.typtype = 'r' THEN 'empty'
    WHEN entry.typtype = 'm' THEN '{}'
    WHEN entry.typtype = 'c' THEN
      (SELECT format('(%s)', string_agg(k::text, ',')) FROM pg_attribute
       WHERE attrelid = entry.typrelid AND attnum > 0 AND NOT attisdropped)
    WHEN entry.typname LIKE 'macaddr%' THEN '08:00:2b:01:02:0' || k
    WHEN entry.typname = 'bool' THEN (k = 1)::text
    WHEN entry.typname = 'uuid' THEN '00000000-0000-0000-0000-' || lpad(k::text, 12, '0')
    WHEN entry.typname IN ('time', 'timetz') THEN format('0%s:00:00', k)
    WHEN entry.typcategory = 'D' THEN format('2020-01-0%s', k)
    WHEN entry.typcategory = 'T' THEN format('%s days', k)
    WHEN entry.typname = 'bytea' THEN '\x0' || k
    WHEN entry.typname IN ('json', 'jsonb') THEN format('{"k": %s}', k)
    WHEN entry.typname = 'xml' THEN format('<k>%s</k>', k)
    WHEN entry.typname = 'bit' THEN lpad((k - 1)::bit(1)::text, greatest(modifier, 1), '0')
    WHEN entry.typname = 'varbit' THEN (k - 1)::bit(1)::text
    WHEN entry.typname IN ('inet', 'cidr') THEN '10.0.0.' || k
    WHEN entry.typcategory = 'G' THEN format('((%s,%s),(%s,%s))', k, k, k + 1, k + 1)
    ELSE k::text
  END;
  IF entry.typname = 'point' THEN
    text_value := format('(%s,%s)', k, k);
  ELSIF entry.typname = 'circle' THEN
    text_value := format('<(%s,%s),%s>', k, k, k);
  END IF;
  RETURN format('%L::%s', text_value, name);
END $$;

DO $$
DECLARE
  relation record;
  columns text;
  row_values text;
BEGIN
  -- Rows refer to each other: foreign keys need not hold before the last one stands.
  PERFORM set_config('session_replication_role', 'replica', true);
  FOR relation IN
    SELECT oid, oid::regclass AS name FROM pg_class
    WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
  LOOP
    FOR k IN 1..2 LOOP
      SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
             string_agg(pg_temp.value(atttypid, atttypmod, k), ', ' ORDER BY attnum)
      INTO columns, row_values FROM pg_attribute
      WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
      CONTINUE WHEN columns IS NULL;
      EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s) ON CONFLICT DO NOTHING',
                     relation.name, columns, row_values);
    END LOOP;
  END LOOP;
END $$;
