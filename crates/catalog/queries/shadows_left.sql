-- What trials that were killed left on a server: made by this role more than an hour ago, and in use by nobody. Name and
-- comment say that it is ours. A row each, databases first: `d` or `r` for a role, and the name. In the last row the
-- time, in seconds since 1970 by the server's clock.
SELECT l.kind, l.name
FROM (SELECT 'd', d.datname::text, pg_catalog.shobj_description(d.oid, 'pg_database'),
             r.rolname = current_user OR pg_catalog.shobj_description(r.oid, 'pg_authid') = {{mark: literal}},
             NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
      FROM pg_catalog.pg_database d
      JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
      UNION ALL
      SELECT 'r', r.rolname::text, pg_catalog.shobj_description(r.oid, 'pg_authid'), true,
             NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid)
      FROM pg_catalog.pg_roles r) l (kind, name, comment, is_own, is_unused)
WHERE l.comment = {{mark: literal}} AND l.is_own AND l.is_unused
  AND l.name ~ '^driftless_shadow_[0-9]{10}_[0-9a-f]{16}$'
  AND pg_catalog.split_part(l.name, '_', 3)::bigint
      < EXTRACT(epoch FROM pg_catalog.clock_timestamp()) - 3600
UNION ALL
SELECT 't', pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.clock_timestamp()))::bigint::text
ORDER BY 1
