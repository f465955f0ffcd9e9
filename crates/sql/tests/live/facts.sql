-- What a database holds, one fact a line, for comparison with a replay. Extensions' own objects are left out.
SET search_path = '';
WITH own AS (
  SELECT c.*, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), types AS (
  SELECT t.*, n.nspname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
)
SELECT pg_catalog.concat_ws(E'\x1f', 'namespace', nspname) FROM pg_catalog.pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'extension', extname) FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'enum', nspname, typname,
  (SELECT pg_catalog.string_agg(enumlabel, E'\x1e' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid))
  FROM types t WHERE typtype = 'e'
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'table', nspname, relname) FROM own WHERE relkind IN ('r', 'p')
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, nspname, relname)
  FROM own WHERE relkind IN ('v', 'm')
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'column', c.nspname, c.relname,
  pg_catalog.lpad(pg_catalog.row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum)::text, 4, '0'), a.attname,
  CASE WHEN coalesce(e.typtype, t.typtype) = 'e'
    THEN 'enum ' || coalesce(en.nspname, n.nspname) || '.' || coalesce(e.typname, t.typname) || CASE WHEN e.oid IS NULL THEN '' ELSE '[]' END
    WHEN n.nspname <> 'pg_catalog' THEN pg_catalog.regexp_replace(pg_catalog.format_type(a.atttypid, a.atttypmod), '^.*?\.', '')
    ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
  CASE WHEN a.attnotnull THEN 'not null' ELSE 'null' END,
  CASE WHEN a.attidentity = 'a' THEN 'identity always' WHEN a.attidentity = 'd' THEN 'identity'
    WHEN a.attgenerated <> '' THEN 'generated' ELSE coalesce('=' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') END)
  FROM own c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p')
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'index', c.nspname, t.relname, c.relname,
  CASE WHEN i.indisprimary THEN 'primary' WHEN i.indisunique AND k.oid IS NOT NULL THEN 'unique constraint'
    WHEN i.indisunique THEN 'unique' ELSE 'plain' END, m.amname,
  (SELECT pg_catalog.string_agg(
      CASE WHEN i.indkey[p] = 0 THEN '(expression)' ELSE (SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = t.oid AND attnum = i.indkey[p]) END
      || CASE WHEN i.indkey[p] <> 0 AND NOT o.opcdefault THEN ' ' || o.opcname ELSE '' END
      || CASE WHEN m.amname <> 'btree' THEN '' ELSE CASE i.indoption[p] WHEN 1 THEN ' desc nulls last' WHEN 2 THEN ' nulls first' WHEN 3 THEN ' desc' ELSE '' END END, ', ' ORDER BY p)
   FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) p JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[p]),
  (SELECT pg_catalog.string_agg((SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = t.oid AND attnum = i.indkey[p])::text, ', ' ORDER BY p)
   FROM pg_catalog.generate_series(i.indnkeyatts, i.indnatts - 1) p),
  CASE WHEN i.indpred IS NULL THEN '' ELSE 'partial' END, CASE WHEN i.indnullsnotdistinct THEN 'nulls not distinct' ELSE '' END)
  FROM own c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
  WHERE t.relkind IN ('r', 'p') AND coalesce(k.contype, 'u') <> 'x'
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'foreign key', c.nspname, c.relname, k.conname,
  (SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY o) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY x(n, o) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n),
  f.nspname, f.relname,
  (SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY o) FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY x(n, o) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n),
  k.confdeltype, k.confupdtype, CASE WHEN NOT k.condeferrable THEN '' WHEN k.condeferred THEN 'deferred' ELSE 'deferrable' END,
  CASE WHEN k.convalidated THEN 'valid' ELSE 'not valid' END)
  FROM pg_catalog.pg_constraint k JOIN own c ON c.oid = k.conrelid JOIN own f ON f.oid = k.confrelid
  WHERE k.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'check', c.nspname, c.relname, k.conname, CASE WHEN k.convalidated THEN 'valid' ELSE 'not valid' END)
  FROM pg_catalog.pg_constraint k JOIN own c ON c.oid = k.conrelid WHERE k.contype = 'c'
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'trigger', c.nspname, c.relname, g.tgname)
  FROM pg_catalog.pg_trigger g JOIN own c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'row security policy', c.nspname, c.relname, p.polname)
  FROM pg_catalog.pg_policy p JOIN own c ON c.oid = p.polrelid
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, p.proname, p.pronargs)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', CASE typtype WHEN 'd' THEN 'domain' ELSE 'composite type' END, nspname, typname)
  FROM types t WHERE typtype = 'd' OR typtype = 'c' AND EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
UNION ALL
SELECT pg_catalog.concat_ws(E'\x1f', 'sequence', c.nspname, c.relname, coalesce(o.relname || '.' || a.attname, ''),
    s.seqtypid::pg_catalog.regtype::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
  FROM own c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
  LEFT JOIN pg_catalog.pg_depend d ON d.objid = c.oid AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_class o ON o.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE coalesce(d.deptype, 'x') <> 'i';
