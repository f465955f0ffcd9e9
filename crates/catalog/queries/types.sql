-- The types that are modelled and have no oid of their own on every server: oid, oid of arrays of it, kind (e: enum, b:
-- citext), namespace, name, whether it is part of an extension.
SELECT t.oid, t.typarray, t.typtype, n.nspname, t.typname, t.oid IN (:extension_types)
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' OR t.typname = 'citext'
