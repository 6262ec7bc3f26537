SET search_path = pg_catalog, pg_temp;

-- What CockroachDB has built in and PostgreSQL as extensions: digest, crypt, similarity, levenshtein, CITEXT, LTREE, and inverted
-- indexes that begin with scalar columns.
DO $$
DECLARE
  extension text;
BEGIN
  FOREACH extension IN ARRAY ARRAY['pgcrypto', 'pg_trgm', 'fuzzystrmatch', 'citext', 'ltree', 'btree_gin', 'btree_gist'] LOOP
    -- Not every platform's build of PostgreSQL brings all of them.
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = extension) THEN
      EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA crdb_internal', extension);
    END IF;
  END LOOP;
END $$;
