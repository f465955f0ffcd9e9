-- Begins to ask for normal forms: the settings that printed texts depend on, and those by which a text is read.
BEGIN;
SET LOCAL search_path TO {{search_path: name}};
SET LOCAL standard_conforming_strings TO on;
SET LOCAL bytea_output TO hex;
SET LOCAL datestyle TO ISO;
SET LOCAL intervalstyle TO postgres;
SET LOCAL timezone TO 'UTC';
SET LOCAL client_min_messages TO error
