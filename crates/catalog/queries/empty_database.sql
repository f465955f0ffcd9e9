-- Takes everything out of a database and leaves it as `CREATE DATABASE` makes it.
DO $$
DECLARE
  name pg_catalog.name;
BEGIN
  -- a namespace that an extension has made goes with the extension only
  FOR name IN
    SELECT e.extname FROM pg_catalog.pg_extension e
    WHERE EXISTS (SELECT FROM pg_catalog.pg_depend x
                  WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.refobjid = e.oid
                    AND x.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND x.deptype = 'e')
  LOOP
    EXECUTE pg_catalog.format('DROP EXTENSION IF EXISTS %I CASCADE', name);
  END LOOP;
  FOR name IN
    SELECT n.nspname FROM pg_catalog.pg_namespace n
    WHERE n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
  LOOP
    EXECUTE pg_catalog.format('DROP SCHEMA IF EXISTS %I CASCADE', name);
  END LOOP;
END
$$;
CREATE SCHEMA public
