-- The operator classes: oid, namespace, name, whether it is the default of its access method for its
-- type, and that type.
SELECT o.oid, n.nspname, o.opcname, o.opcdefault, o.opcintype
FROM pg_catalog.pg_opclass o
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
