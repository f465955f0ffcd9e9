-- Not modelled, a row each: kind, namespace, table, name, definition. Domains, composite types and ranges in scope.
SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' ELSE 'range' END, n.nspname, NULL,
       t.typname,
       CASE t.typtype
         WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
           || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || t.typdefault, '')
           || coalesce((SELECT pg_catalog.string_agg(
                                 ' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' '
                                   || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                        FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
         WHEN 'c' THEN '(' || coalesce((SELECT pg_catalog.string_agg(
                                 pg_catalog.quote_ident(a.attname) || ' '
                                   || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
                        FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
         ELSE (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
       END
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE n.oid = ANY ({{namespaces: oids}}) AND (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
  AND t.oid NOT IN ({{extension_types: fragment}})
ORDER BY 2, 4
