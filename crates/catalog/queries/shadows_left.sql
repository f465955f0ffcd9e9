-- The databases that were made for a while, by this role and more than an hour ago, and that no session uses; and in the
-- last row the time, in seconds since 1970 by the server's clock.
SELECT d.datname
FROM pg_catalog.pg_database d
    JOIN pg_catalog.pg_roles r ON r.oid = d.datdba AND r.rolname = current_user
WHERE d.datname ~ '^driftless_shadow_[0-9]{10}_[0-9a-f]{16}$'
    AND pg_catalog.split_part(d.datname::text, '_', 3)::bigint
        < EXTRACT(epoch FROM pg_catalog.clock_timestamp()) - 3600
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
UNION ALL
SELECT pg_catalog.floor(EXTRACT(epoch FROM pg_catalog.clock_timestamp()))::bigint::text
