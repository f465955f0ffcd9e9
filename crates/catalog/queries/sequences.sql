-- The sequences in scope: namespace, name, oid of the type, start, increment, least, greatest, cache, cycle, oid of the
-- table and position of the column that owns it, how (a: SERIAL or OWNED BY, i: identity).
SELECT n.nspname, c.relname, s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
       d.refobjid, d.refobjsubid, d.deptype
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.seqrelid AND d.objsubid = 0
 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND s.seqrelid NOT IN ({{extension_relations: fragment}})
ORDER BY n.nspname, c.relname
