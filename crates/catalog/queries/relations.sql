-- The tables in scope: oid, namespace, name, kind, persistence, row security (n: off, e: on, f: forced), storage
-- parameters, tablespace, access method where it is not heap, partition key, replica identity.
-- Partitions are part of their table, and what belongs to an extension is the extension's.
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
       CASE WHEN c.relforcerowsecurity THEN 'f' WHEN c.relrowsecurity THEN 'e' ELSE 'n' END,
       c.reloptions, s.spcname, CASE WHEN m.amname <> 'heap' THEN m.amname END,
       CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       c.relreplident
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.oid NOT IN ({{extension_relations: fragment}})
ORDER BY n.nspname, c.relname
