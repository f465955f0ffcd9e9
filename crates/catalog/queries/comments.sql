-- Not modelled, a row each: kind, namespace, table, name, definition. Comments on what lies in the namespaces in scope.
SELECT 'comment', n.nspname, coalesce(t.relname, c.relname),
       coalesce(a.attname, CASE WHEN t.oid IS NULL THEN '' ELSE c.relname END), d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_class c ON c.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
  AND c.oid NOT IN ({{extension_relations: fragment}})
UNION ALL
SELECT 'comment', i.schema, NULL, i.type || ' ' || i.identity, d.description
FROM pg_catalog.pg_description d
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = i.schema
WHERE d.classoid IN ('pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
                     'pg_catalog.pg_statistic_ext'::pg_catalog.regclass)
  AND d.objoid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
  AND d.objoid NOT IN ({{extension_types: fragment}}) AND d.objoid NOT IN ({{extension_functions: fragment}})
UNION ALL
SELECT 'comment', n.nspname, c.relname, k.conname, d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_constraint k ON k.oid = d.objoid
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objoid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
UNION ALL
SELECT 'comment', n.nspname, c.relname, t.tgname, d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_trigger t ON t.oid = d.objoid
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.objoid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
ORDER BY 2, 3, 4
