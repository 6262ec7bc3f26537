SET search_path = pg_catalog, pg_temp;

-- Multi-region databases: https://www.cockroachlabs.com/docs/v26.2/multiregion-overview

-- Facts about databases that PostgreSQL's catalog has no place for, in the shared catalog, so that every database knows them of
-- every other. PostgreSQL deletes them with the database. Keys given replace those recorded, a JSON null removes one.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_database(database text, properties jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known record;
BEGIN
  -- SECURITY DEFINER: only a superuser writes to a system catalog. So the caller's right is checked here.
  SELECT oid, datdba INTO known FROM pg_database WHERE datname = database;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = '3D000', MESSAGE = format('database "%s" does not exist', database);
  END IF;
  IF NOT pg_has_role(session_user, known.datdba, 'USAGE') THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('must be owner of database %s', database);
  END IF;
  UPDATE pg_shseclabel SET label = jsonb_strip_nulls(label::jsonb || properties)::text
    WHERE objoid = known.oid AND classoid = 'pg_database'::regclass AND provider = 'cerci';
  IF NOT FOUND THEN
    INSERT INTO pg_shseclabel (objoid, classoid, provider, label)
      VALUES (known.oid, 'pg_database'::regclass, 'cerci', jsonb_strip_nulls(properties)::text);
  END IF;
END $$;

-- The facts recorded for databases.
CREATE OR REPLACE VIEW crdb_internal.cerci_databases AS
  SELECT d.oid, d.datname::text AS name, coalesce(l.label::jsonb, '{}') AS properties
  FROM pg_database d LEFT JOIN pg_shseclabel l
    ON l.objoid = d.oid AND l.classoid = 'pg_database'::regclass AND l.provider = 'cerci'
  WHERE NOT d.datistemplate AND d.datallowconn;
GRANT SELECT ON crdb_internal.cerci_databases TO PUBLIC;

-- A region of the current database: the one asked for, or else the primary one.
CREATE OR REPLACE FUNCTION crdb_internal.default_to_database_primary_region(region text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  known jsonb := (SELECT properties FROM crdb_internal.cerci_databases WHERE name = pg_catalog.current_database());
BEGIN
  IF known ->> 'primary_region' IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = '42P12',
      MESSAGE = pg_catalog.format('current database %s is not multi-region enabled', pg_catalog.current_database());
  END IF;
  RETURN CASE WHEN known -> 'regions' ? region THEN region ELSE known ->> 'primary_region' END;
END $$;

-- The region that a row moves to when it is written through this node.
CREATE OR REPLACE FUNCTION crdb_internal.rehome_row() RETURNS text STABLE PARALLEL SAFE
  RETURN crdb_internal.default_to_database_primary_region(crdb_internal.gateway_region());

CREATE OR REPLACE FUNCTION crdb_internal.validate_multi_region_zone_configs() RETURNS bool STABLE PARALLEL SAFE
  RETURN crdb_internal.default_to_database_primary_region('') IS NOT NULL;
