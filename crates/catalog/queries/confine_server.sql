-- Makes a role without power on a server that is there for one trial, and gives it the empty database. The roles that run
-- programs and work on files are taken out of the catalog: before version 16, who may make roles may join any of them.
CREATE ROLE postgres LOGIN NOSUPERUSER CREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS;
DELETE FROM pg_catalog.pg_authid
WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files');
ALTER DATABASE postgres OWNER TO postgres;
ALTER SCHEMA public OWNER TO postgres
