-- Runs statements one by one, those that fail without effect; gives their SQLSTATEs.
CREATE FUNCTION pg_temp.run_each(statements text[]) RETURNS text LANGUAGE plpgsql AS $run$
DECLARE
    statement text;
    states text[] = '{}';
    path text = current_setting('search_path');
BEGIN
    FOREACH statement IN ARRAY statements LOOP
        BEGIN
            EXECUTE statement;
            states = array_append(states, '00000');
        EXCEPTION WHEN OTHERS THEN
            states = array_append(states, SQLSTATE);
        END;
        PERFORM set_config('search_path', path, false);
    END LOOP;
    RETURN array_to_string(states, ' ');
END
$run$;
