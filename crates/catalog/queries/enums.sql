-- The values of enum types: oid of the type, value; those of a type in their order.
SELECT v.enumtypid, v.enumlabel
FROM pg_catalog.pg_enum v
ORDER BY v.enumtypid, v.enumsortorder
