-- Not modelled, a row each: kind, namespace, table, name, definition. What is left: indexes of materialized views,
-- statistics objects, collations and operators in scope; event triggers and publications of the database.
SELECT 'index', n.nspname, c.relname, i.relname, pg_catalog.pg_get_indexdef(x.indexrelid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index x ON x.indrelid = c.oid
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
WHERE c.relkind = 'm' AND n.oid = ANY ({{namespaces: oids}})
UNION ALL
SELECT 'statistics', n.nspname, c.relname, s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid)
FROM pg_catalog.pg_statistic_ext s
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE n.oid = ANY ({{namespaces: oids}})
UNION ALL
SELECT 'collation', n.nspname, NULL, o.collname, o.collprovider::pg_catalog.text || coalesce(' ' || o.collcollate, '')
FROM pg_catalog.pg_collation o
JOIN pg_catalog.pg_namespace n ON n.oid = o.collnamespace
WHERE o.oid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
UNION ALL
SELECT 'operator', n.nspname, NULL, o.oid::pg_catalog.regoperator::pg_catalog.text,
       o.oprcode::pg_catalog.regprocedure::pg_catalog.text
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384 AND n.oid = ANY ({{namespaces: oids}})
  AND o.oid NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x
                    WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e'
                      AND x.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass)
UNION ALL
SELECT 'event trigger', '', NULL, e.evtname,
       'ON ' || e.evtevent || coalesce(' ' || e.evttags::pg_catalog.text, '') || ' '
         || e.evtfoid::pg_catalog.regprocedure::pg_catalog.text || ' ' || e.evtenabled::pg_catalog.text
FROM pg_catalog.pg_event_trigger e
WHERE e.oid NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x
                    WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e'
                      AND x.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass)
UNION ALL
SELECT 'publication', '', NULL, p.pubname,
       CASE WHEN p.puballtables THEN 'FOR ALL TABLES'
            ELSE 'FOR TABLE ' || coalesce((SELECT pg_catalog.string_agg(r.prrelid::pg_catalog.regclass::pg_catalog.text, ', '
                                             ORDER BY r.prrelid::pg_catalog.regclass::pg_catalog.text)
                                           FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid), '') END
FROM pg_catalog.pg_publication p
ORDER BY 2, 3, 4
