-- Who holds the advisory lock of this key in this database, or waits for it? A row each, holders first: process, role,
-- application, address, seconds since its session began, state, whether it holds the lock.
SELECT l.pid, coalesce(a.usename::text, ''), coalesce(a.application_name, ''), coalesce(host(a.client_addr), ''),
       coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start)::bigint, 0),
       coalesce(a.state, ''), l.granted
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = {{key: number}} AND l.objsubid = 1
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
ORDER BY l.granted DESC, l.pid
