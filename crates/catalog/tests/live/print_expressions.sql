SET client_min_messages TO error;
DO $ask$
DECLARE
    question record;
    answer text;
BEGIN
    FOR question IN SELECT * FROM asked ORDER BY id LOOP
        BEGIN
            IF question.ty IS NULL THEN
                EXECUTE 'ALTER TABLE u ADD CONSTRAINT asked_' || question.id || ' CHECK (' || question.x || ') NOT VALID';
                SELECT pg_get_expr(conbin, conrelid) INTO answer FROM pg_constraint WHERE conrelid = 'u'::regclass AND conname = 'asked_' || question.id;
            ELSE
                EXECUTE 'ALTER TABLE u ADD COLUMN asked ' || question.ty || ' DEFAULT (' || question.x || ')';
                SELECT pg_get_expr(adbin, adrelid) INTO answer FROM pg_attrdef WHERE adrelid = 'u'::regclass;
                ALTER TABLE u DROP COLUMN asked;
            END IF;
            UPDATE asked SET y = answer WHERE id = question.id;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
$ask$;
