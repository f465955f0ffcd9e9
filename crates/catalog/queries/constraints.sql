-- The foreign keys, checks and exclusion constraints of tables in scope: oid of the table, name, type, validated,
-- deferrable, initially deferred, columns, oid of the table referred to, its columns, actions on update and on delete,
-- condition of a check, and, where there is what no other column says, the whole definition.
SELECT k.conrelid, k.conname, k.contype, k.convalidated, k.condeferrable, k.condeferred, k.conkey, k.confrelid,
       k.confkey, k.confupdtype, k.confdeltype,
       CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
       CASE WHEN k.contype IN ('x', 'n') OR k.connoinherit AND k.contype = 'c' OR {{not_enforced: fragment}}
              OR k.contype = 'f' AND (k.confmatchtype = 'f' OR {{set_columns: fragment}}
                OR r.relnamespace <> ALL ({{namespaces: oids}}))
            THEN pg_catalog.pg_get_constraintdef(k.oid) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND k.conparentid = 0
  AND (k.contype IN ('f', 'c', 'x') OR k.contype = 'n' AND NOT k.convalidated)
