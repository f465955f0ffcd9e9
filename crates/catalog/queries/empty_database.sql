-- Takes everything out of a database and leaves it as `CREATE DATABASE` makes it.
DO $$
DECLARE
  name pg_catalog.name;
  kind text;
BEGIN
  -- what belongs to no namespace: event triggers first, as they see what is dropped
  FOR kind, name IN
    SELECT o.kind, o.name
    FROM (SELECT 1, 'EVENT TRIGGER', t.evtname, 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, t.oid
          FROM pg_catalog.pg_event_trigger t
          UNION ALL
          SELECT 2, 'PUBLICATION', p.pubname, 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid
          FROM pg_catalog.pg_publication p
          UNION ALL
          SELECT 2, 'FOREIGN DATA WRAPPER', w.fdwname, 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid
          FROM pg_catalog.pg_foreign_data_wrapper w
          UNION ALL
          SELECT 2, 'LANGUAGE', l.lanname, 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid
          FROM pg_catalog.pg_language l WHERE l.oid >= 16384
          UNION ALL
          SELECT 2, 'ACCESS METHOD', a.amname, 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid
          FROM pg_catalog.pg_am a WHERE a.oid >= 16384) o (step, kind, name, class, oid)
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                      WHERE x.classid = o.class AND x.objid = o.oid
                        AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e')
    ORDER BY o.step
  LOOP
    EXECUTE pg_catalog.format('DROP %s IF EXISTS %I CASCADE', kind, name);
  END LOOP;
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
