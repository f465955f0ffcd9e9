-- Begins to read: one snapshot, and the settings that the texts depend on.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path TO {{search_path: name}};
SET LOCAL standard_conforming_strings TO on;
SET LOCAL bytea_output TO hex;
SET LOCAL datestyle TO ISO;
SET LOCAL intervalstyle TO postgres;
SET LOCAL timezone TO 'UTC';
SET LOCAL jit TO off;
SET LOCAL max_parallel_workers_per_gather TO 0
