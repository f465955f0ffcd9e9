-- Keeps everybody else away from the tables that a trial would drop, as far as this role may drop them.
DO $$
DECLARE
  name pg_catalog.text;
BEGIN
  FOR name IN
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE :in_scope AND c.relkind IN ('r', 'p') AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
  LOOP
    EXECUTE 'LOCK TABLE ONLY ' || name || ' IN ACCESS EXCLUSIVE MODE';
  END LOOP;
END
$$
