-- The roles of trials that were killed: comment and name say that they are ours, and nobody uses them. A row each: name.
SELECT r.rolname
FROM pg_catalog.pg_roles r
WHERE pg_catalog.shobj_description(r.oid, 'pg_authid') = {{mark: literal}}
  AND r.rolname ~ '^driftless_shadow_[0-9]{10}_[0-9a-f]{16}$'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid)
  AND EXISTS (SELECT FROM pg_catalog.pg_shdepend d
              WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.refobjid = r.oid
                AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
