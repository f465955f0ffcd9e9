-- May this session do more to the server than to its database? It may if it is, or can become, a role that is a superuser,
-- replicates, runs programs on the server or works on its files; or one that can make itself a member of such.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles r, pg_catalog.pg_roles p
               WHERE r.rolname IN (current_user, session_user) AND pg_catalog.pg_has_role(r.oid, p.oid, 'MEMBER')
                 AND (p.rolsuper OR p.rolreplication
                      OR p.rolcreaterole AND pg_catalog.current_setting('server_version_num')::integer < 160000
                      OR p.rolname IN ('pg_execute_server_program', 'pg_read_server_files',
                                       'pg_write_server_files')))
