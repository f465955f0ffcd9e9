-- Everything of a database's schema that a migration may change, one line an object, in an order of its own.
SET search_path = pg_catalog;
WITH ours AS (
  SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), of_extensions AS (
  SELECT objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
  SELECT * FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours) AND oid NOT IN (SELECT objid FROM of_extensions)
), lines AS (
  SELECT format('schema %I', nspname) AS line FROM pg_namespace WHERE oid IN (SELECT oid FROM ours)
  UNION ALL
  SELECT format('extension %I %s in %s', extname, extversion, extnamespace::regnamespace)
  FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL
  SELECT format('enum %s: %s', enumtypid::regtype, string_agg(quote_literal(enumlabel), ', ' ORDER BY enumlabel))
  FROM pg_enum GROUP BY enumtypid
  UNION ALL
  SELECT format('order of enum %s: %s', enumtypid::regtype, string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
  FROM pg_enum GROUP BY enumtypid
  UNION ALL
  SELECT format('table %s', oid::regclass) FROM relations WHERE relkind IN ('r', 'p')
  UNION ALL
  SELECT format('column %s.%I %s%s%s%s%s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
    CASE WHEN attnotnull THEN ' not null' END, ' default ' || pg_get_expr(adbin, adrelid),
    CASE WHEN attidentity <> '' THEN ' identity ' || attidentity::text END,
    CASE WHEN attgenerated <> '' THEN ' generated' END)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM relations WHERE relkind IN ('r', 'p'))
  UNION ALL
  SELECT format('constraint %s %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE conrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(oid) FROM relations WHERE relkind IN ('i', 'I')
  UNION ALL
  SELECT format('sequence %s as %s owned by %s', seqrelid::regclass, seqtypid::regtype,
    (SELECT format('%s.%I', refobjid::regclass, attname) FROM pg_depend JOIN pg_attribute
       ON attrelid = refobjid AND attnum = refobjsubid
     WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')))
  FROM pg_sequence WHERE seqrelid IN (SELECT oid FROM relations)
)
SELECT line FROM lines ORDER BY line COLLATE "C";
RESET search_path;
