SET search_path = pg_catalog, pg_temp;

-- CockroachDB's names of collations, which PostgreSQL calls "de-x-icu" and "de-DE-x-icu": de, de_DE, de-DE, and de_de where
-- somebody wrote it without quotes. https://www.cockroachlabs.com/docs/v26.2/collate
-- Written to the catalog at once, as more than a thousand CREATE COLLATION would take long.
INSERT INTO pg_collation (oid, collname, collnamespace, collowner, collprovider, collisdeterministic, collencoding, collcollate, collctype,
  colllocale, collicurules, collversion)
SELECT pg_nextoid('pg_collation', 'oid', 'pg_collation_oid_index'), cockroach_name, 'crdb_internal'::regnamespace, collowner, collprovider,
  collisdeterministic, collencoding, collcollate, collctype, colllocale, collicurules, collversion
FROM pg_collation AS icu, LATERAL (
  SELECT colllocale UNION SELECT replace(colllocale, '-', '_') UNION SELECT lower(replace(colllocale, '-', '_'))) AS name(cockroach_name)
WHERE collnamespace = 'pg_catalog'::regnamespace AND collprovider = 'i' AND collname LIKE '%-x-icu'
  AND NOT EXISTS (SELECT FROM pg_collation WHERE collname = cockroach_name AND collnamespace = 'crdb_internal'::regnamespace);

-- Compares without regard to case.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_collation WHERE collname = 'en-US-u-ks-level2') THEN
    CREATE COLLATION crdb_internal."en-US-u-ks-level2" (provider = icu, locale = 'en-US-u-ks-level2', deterministic = false);
    CREATE COLLATION crdb_internal.en_us_u_ks_level2 FROM crdb_internal."en-US-u-ks-level2";
  END IF;
END $$;
