-- Which database is this? One row: the cluster's identifier, the oid of the database, when the server was started, standby
-- or not.
SELECT c.system_identifier, d.oid, pg_catalog.pg_postmaster_start_time(), pg_catalog.pg_is_in_recovery()
FROM pg_catalog.pg_control_system() c, pg_catalog.pg_database d
WHERE d.datname = pg_catalog.current_database()
