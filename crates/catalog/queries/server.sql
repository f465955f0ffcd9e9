-- What server is this? One row: version as a number, version in words, standby or not, age of the backend in ms,
-- whether it was this connection that gave the session its name, and the server process.
SELECT pg_catalog.current_setting('server_version_num'),
       pg_catalog.version(),
       pg_catalog.pg_is_in_recovery(),
       coalesce((SELECT extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) * 1000
                 FROM pg_catalog.pg_stat_activity a
                 WHERE a.pid = pg_catalog.pg_backend_pid()), 0),
       coalesce((SELECT s.source = 'client' FROM pg_catalog.pg_settings s WHERE s.name = 'application_name'), false)
