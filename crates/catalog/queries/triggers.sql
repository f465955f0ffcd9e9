-- Not modelled, a row each: kind, namespace, table, name, definition. Triggers of tables and views in scope, but for those that enforce foreign keys.
SELECT 'trigger', n.nspname, c.relname, t.tgname,
       pg_catalog.pg_get_triggerdef(t.oid)
         || CASE t.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ' -- disabled' ELSE ' -- enabled: ' || t.tgenabled::pg_catalog.text END
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ({{namespaces: oids}}) AND NOT t.tgisinternal AND NOT c.relispartition
ORDER BY 2, 3, 4
