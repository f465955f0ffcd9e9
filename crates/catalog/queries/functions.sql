-- Not modelled, a row each: kind, namespace, table, name, definition. Functions, procedures and aggregates in scope.
SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, NULL,
       p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
       CASE p.prokind WHEN 'a' THEN pg_catalog.pg_get_function_result(p.oid)
            ELSE pg_catalog.pg_get_functiondef(p.oid) END
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.pronamespace = ANY ({{namespaces: oids}}) AND p.oid NOT IN ({{extension_functions: fragment}})
  -- made along with a range type
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')
ORDER BY 2, 4
