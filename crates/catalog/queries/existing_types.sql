-- Which of some tables and types there are, by their names as they are written: one a row.
SELECT given.name
FROM pg_catalog.unnest(ARRAY[{{names: literals}}]::pg_catalog.text[]) AS given (name)
WHERE pg_catalog.to_regtype(given.name) IS NOT NULL
