-- The indexes of tables in scope: oid of the table, name, access method, unique, number of keys,
-- columns (0 for an expression), operator classes, options, NULLS NOT DISTINCT, type of the constraint that owns it,
-- whether that is initially deferred (NULL: it is not deferrable), expressions, predicate, and, where it has what no
-- other column says, the whole definition, why it serves no queries (NULL: it does), its tablespace, and whether the
-- definition says more yet. An index of a partitioned table is incomplete until each partition has one like it. Who may
-- not see which index a session builds must take it for any.
SELECT x.indrelid, i.relname, m.amname, x.indisunique, x.indnkeyatts, x.indkey, x.indclass, x.indoption,
       {{nulls_not_distinct: fragment}}, k.contype, CASE WHEN k.condeferrable THEN k.condeferred END,
       CASE WHEN x.indexprs IS NOT NULL THEN
         ARRAY(SELECT pg_catalog.pg_get_indexdef(x.indexrelid, p, false)
               FROM pg_catalog.generate_series(1, x.indnkeyatts) p WHERE x.indkey[p - 1] = 0 ORDER BY p) END,
       CASE WHEN x.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(x.indpred, x.indrelid) END,
       o.definition,
       CASE WHEN x.indisvalid AND x.indisready THEN NULL
            WHEN i.relkind = 'I' THEN 'incomplete'
            WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index b
                         WHERE b.index_relid = x.indexrelid OR b.datname = pg_catalog.current_database() AND b.relid IS NULL)
            THEN 'building'
            ELSE 'invalid' END,
       CASE WHEN i.reltablespace <> 0
            THEN (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace) END,
       CASE WHEN o.definition IS NOT NULL THEN
         i.reloptions IS NOT NULL OR EXISTS (
           SELECT FROM pg_catalog.pg_attribute b
           LEFT JOIN pg_catalog.pg_attribute a
             ON a.attrelid = x.indrelid AND a.attnum = x.indkey[b.attnum - 1] AND a.attnum > 0
           WHERE b.attrelid = x.indexrelid
             AND (b.attoptions IS NOT NULL OR b.attcollation <> a.attcollation AND b.attcollation <> 0
                  OR x.indkey[b.attnum - 1] = 0 AND b.attcollation NOT IN (0, 100))) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_index x ON x.indrelid = c.oid
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL (SELECT CASE
  WHEN NOT x.indisvalid OR NOT x.indisready OR i.reloptions IS NOT NULL OR i.reltablespace <> 0
    OR k.condeferrable OR m.amname NOT IN ('btree', 'hash')
    OR NOT x.indcollation::pg_catalog.oid[] <@ ARRAY[0, 100]::pg_catalog.oid[]
  THEN pg_catalog.pg_get_indexdef(x.indexrelid) END) o (definition)
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
