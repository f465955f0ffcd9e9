-- Not modelled, a row each: kind, namespace, table, name, definition. Foreign tables, and the partitions and descendants of tables, in scope.
SELECT 'foreign table', n.nspname, NULL, c.relname, v.srvname || coalesce(' ' || f.ftoptions::pg_catalog.text, '')
FROM pg_catalog.pg_foreign_table f
JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_foreign_server v ON v.oid = f.ftserver
WHERE n.oid = ANY ({{namespaces: oids}})
UNION ALL
SELECT CASE WHEN c.relispartition THEN 'partition' ELSE 'inheritance' END, n.nspname, p.relname, c.relname,
       coalesce(pg_catalog.pg_get_expr(c.relpartbound, c.oid), 'INHERITS (' || p.relname || ')')
FROM pg_catalog.pg_inherits h
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.oid = ANY ({{namespaces: oids}})
ORDER BY 2, 3, 4
