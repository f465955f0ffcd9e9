-- The history in its table, in the order of the reference. Times are seconds since 1970.
SELECT h.id, h.checksum, h.migration_name, h.logs, h.applied_steps_count,
       extract(epoch FROM h.started_at)::text, extract(epoch FROM h.finished_at)::text,
       extract(epoch FROM h.rolled_back_at)::text,
       pg_catalog.to_char(h.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       pg_catalog.to_char(h.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM {{table: qualified name}} h
ORDER BY h.started_at, h.finished_at
