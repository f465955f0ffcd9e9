DO $$
DECLARE
  namespace pg_catalog.name;
BEGIN
  FOR namespace IN
    SELECT n.nspname FROM pg_catalog.pg_namespace n
    WHERE n.nspname <> 'information_schema' AND pg_catalog.left(n.nspname::pg_catalog.text, 3) <> 'pg_'
  LOOP
    EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', namespace);
  END LOOP;
END
$$;
CREATE SCHEMA public
