-- How much is there outside of a namespace that could depend on what is inside? One row, one number, which becomes smaller
-- where something of it is dropped.
WITH inside AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {{namespace: literal}}),
     relations AS (SELECT oid FROM pg_catalog.pg_class WHERE relnamespace NOT IN (SELECT oid FROM inside))
SELECT (SELECT pg_catalog.count(*) FROM relations)
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute
        WHERE NOT attisdropped AND attrelid IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attrdef WHERE adrelid IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_constraint WHERE connamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_trigger WHERE tgrelid IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_policy WHERE polrelid IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_rewrite WHERE ev_class IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits WHERE inhrelid IN (SELECT oid FROM relations))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_type WHERE typnamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc WHERE pronamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_operator WHERE oprnamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_opclass WHERE opcnamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_statistic_ext WHERE stxnamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_extension WHERE extnamespace NOT IN (SELECT oid FROM inside))
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_cast)
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger)
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_foreign_data_wrapper)
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_language)
     + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_rel
        WHERE prrelid IN (SELECT oid FROM relations))
