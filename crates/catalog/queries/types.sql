-- The types that are modelled or stand for others, and have no oid of their own on every server: oid, oid of arrays of
-- it, kind (e: enum, b: citext, d: domain), namespace, name, whether it is part of an extension, and of a domain the oid
-- of the type that it is made of, and the modifier of that.
SELECT t.oid, t.typarray, t.typtype, n.nspname, t.typname, t.oid IN ({{extension_types: fragment}}), t.typbasetype, t.typtypmod
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd') OR t.typname = 'citext'
