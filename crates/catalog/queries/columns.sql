-- The columns of tables and views in scope: oid of the table, position, name, oid of the type, its modifier, the type in words where
-- it is not one that every server has under the same oid, NOT NULL, a or d: identity (always, by default), s or v:
-- generated (stored, virtual), and what is rarely set, as an array: collation, storage, compression, statistics target,
-- options, grants.
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
       CASE WHEN a.atttypid NOT IN (25, 23, 1114, 16, 1043, 20, 1184, 3802, 1009, 2950, 1700, 701, 114, 17, 1082, 21,
                                    26, 142, 700, 790, 869, 1042, 1083, 1266, 1560, 1562, 1000, 1001, 1016, 1005, 1007,
                                    1028, 199, 143, 1021, 1022, 791, 1041, 1014, 1015, 1182, 1183, 1115, 1185, 1270,
                                    1561, 1563, 1231, 2951, 3807)
                 -- not modelled: numbers of a negative scale, CHAR and BIT without a length
                 OR a.atttypid IN (1700, 1231) AND (a.atttypmod - 4) & 1024 <> 0 AND a.atttypmod <> -1
                 OR a.atttypmod = -1 AND a.atttypid IN (1042, 1560, 1014, 1561)
            THEN pg_catalog.format_type(a.atttypid, a.atttypmod) END,
       a.attnotnull,
       CASE WHEN a.attidentity <> '' THEN a.attidentity WHEN a.attgenerated <> '' THEN a.attgenerated END,
       CASE WHEN a.attcollation NOT IN (0, 100) OR a.attlen = -1 AND a.attstorage <> 'x' AND a.atttypid <> 1700
              OR a.attstattarget > -1 OR a.attoptions IS NOT NULL OR a.attacl IS NOT NULL OR {{compression: fragment}} <> ''
            THEN ARRAY[(SELECT pg_catalog.quote_ident(o.collname) FROM pg_catalog.pg_type t, pg_catalog.pg_collation o
                        WHERE t.oid = a.atttypid AND o.oid = a.attcollation AND o.oid <> t.typcollation),
                       (SELECT CASE nullif(a.attstorage, t.typstorage) WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                          WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END
                        FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid),
                       CASE {{compression: fragment}} WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                       CASE WHEN a.attstattarget > -1 THEN a.attstattarget::pg_catalog.text END,
                       a.attoptions::pg_catalog.text, a.attacl::pg_catalog.text] END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped
