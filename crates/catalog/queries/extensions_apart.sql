-- Which of the extensions `names` does the server have, and only a superuser may make them?
SELECT DISTINCT v.name
FROM pg_catalog.pg_available_extension_versions v
WHERE v.name = ANY (ARRAY[{{names: literals}}]::pg_catalog.name[]) AND v.superuser
  -- versions before 13 trust none
  AND NOT coalesce((pg_catalog.to_jsonb(v) ->> 'trusted')::pg_catalog.bool, false)
ORDER BY v.name
