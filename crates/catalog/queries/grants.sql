-- Not modelled, a row each: kind, namespace, table, name, definition. What roles other than the owner were granted on what is in scope.
SELECT 'grant', n.nspname, NULL, 'schema', n.nspacl::pg_catalog.text
FROM pg_catalog.pg_namespace n
WHERE n.nspacl IS NOT NULL AND n.oid = ANY ({{namespaces: oids}})
  -- what every new database has: the owner all, everybody USAGE or USAGE and CREATE
  AND NOT (n.nspname = 'public' AND pg_catalog.cardinality(n.nspacl) = 2
           AND n.nspacl::pg_catalog.text ~ '^\{[^,]*=UC/[^,]*,=(U|UC)/[^,]*\}$')
UNION ALL
SELECT 'grant', n.nspname, c.relname, '', c.relacl::pg_catalog.text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relacl IS NOT NULL AND n.oid = ANY ({{namespaces: oids}}) AND c.oid NOT IN ({{extension_relations: fragment}})
UNION ALL
SELECT 'grant', n.nspname, NULL, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
       p.proacl::pg_catalog.text
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.proacl IS NOT NULL AND n.oid = ANY ({{namespaces: oids}}) AND p.oid NOT IN ({{extension_functions: fragment}})
UNION ALL
SELECT 'grant', n.nspname, NULL, t.typname, t.typacl::pg_catalog.text
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typacl IS NOT NULL AND n.oid = ANY ({{namespaces: oids}}) AND t.oid NOT IN ({{extension_types: fragment}})
UNION ALL
SELECT 'default privileges', coalesce(n.nspname, ''), NULL, pg_catalog.pg_get_userbyid(a.defaclrole) || ' ' || a.defaclobjtype::pg_catalog.text,
       a.defaclacl::pg_catalog.text
FROM pg_catalog.pg_default_acl a
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
WHERE a.defaclnamespace = 0 OR n.oid = ANY ({{namespaces: oids}})
ORDER BY 2, 3, 4
