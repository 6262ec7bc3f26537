-- The overlay: what CockroachDB means differently from PostgreSQL, as objects of one schema. Sessions have the schema in
-- their search path after the client's own schemas and before pg_catalog, so its objects win over PostgreSQL's.
-- Run as superuser in template1. Functions that run with their owner's rights have a pinned search path and say why.
SET check_function_bodies = off;
SET client_min_messages = warning;

CREATE SCHEMA IF NOT EXISTS crdb_internal;
GRANT USAGE ON SCHEMA crdb_internal TO PUBLIC;
COMMENT ON SCHEMA crdb_internal IS NULL;

-- In CockroachDB everybody may create in public: https://www.cockroachlabs.com/docs/v26.2/schema-design-overview
GRANT ALL ON SCHEMA public TO PUBLIC;

-- Facts about relations, columns and indexes that PostgreSQL's catalog has no place for. They are kept as JSON in
-- pg_seclabel, because PostgreSQL itself deletes a label with its object (a dropped column, DROP SCHEMA … CASCADE), rolls it
-- back with the DDL, and takes no predicate locks on a system catalog: concurrent DDL cannot fail on this table.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_properties(relation regclass, attnum int4, properties jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  relation_owner oid;
BEGIN
  -- SECURITY DEFINER: only a superuser writes to a system catalog. So the caller's right is checked here.
  SELECT relowner INTO relation_owner FROM pg_class WHERE oid = relation;
  IF relation_owner IS NULL OR NOT pg_has_role(session_user, relation_owner, 'USAGE') THEN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = format('must be owner of relation %s', relation);
  END IF;
  UPDATE pg_seclabel
    SET label = jsonb_strip_nulls(label::jsonb || properties)::text
    WHERE objoid = relation AND classoid = 'pg_class'::regclass AND objsubid = attnum AND provider = 'cerci';
  IF NOT FOUND THEN
    INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label)
      VALUES (relation, 'pg_class'::regclass, attnum, 'cerci', jsonb_strip_nulls(properties)::text);
  END IF;
END $$;
REVOKE ALL ON FUNCTION crdb_internal.cerci_set_properties FROM PUBLIC;

-- Stores of earlier versions have it without the last argument.
DROP FUNCTION IF EXISTS crdb_internal.cerci_set_column(regclass, text, boolean, text, text);

-- Records what CockroachDB knows of a column beyond PostgreSQL. NULL leaves a fact as it is, '' removes a text.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_column(
  relation regclass, column_name text, hidden boolean, crdb_type text, on_update text, virtual boolean DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  number int4;
  properties jsonb := '{}';
BEGIN
  SELECT attnum INTO number FROM pg_attribute WHERE attrelid = relation AND attname = column_name AND NOT attisdropped;
  IF number IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = '42703', MESSAGE = format('column "%s" does not exist', column_name);
  END IF;
  IF hidden IS NOT NULL THEN properties := properties || jsonb_build_object('hidden', nullif(hidden, false)); END IF;
  IF crdb_type IS NOT NULL THEN properties := properties || jsonb_build_object('crdb_type', nullif(crdb_type, '')); END IF;
  IF on_update IS NOT NULL THEN properties := properties || jsonb_build_object('on_update', nullif(on_update, '')); END IF;
  IF virtual IS NOT NULL THEN properties := properties || jsonb_build_object('virtual', nullif(virtual, false)); END IF;
  PERFORM crdb_internal.cerci_set_properties(relation, number, properties);
END $$;

-- Records properties of a whole table, view, sequence or index (storage parameters, visibility, bucket count …).
-- Keys given replace those recorded, a JSON null removes one.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_set_relation(relation regclass, properties jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT crdb_internal.cerci_set_properties(relation, 0, properties)
$$;

-- The facts recorded for columns.
CREATE OR REPLACE VIEW crdb_internal.cerci_columns AS
  SELECT objoid AS relid, objsubid::int2 AS attnum, coalesce((label::jsonb ->> 'hidden')::boolean, false) AS hidden,
    label::jsonb ->> 'crdb_type' AS crdb_type, label::jsonb ->> 'on_update' AS on_update,
    -- PostgreSQL can neither index a virtual column nor give it a type of the user's, so it is stored.
    coalesce((label::jsonb ->> 'virtual')::boolean, false) AS virtual
  FROM pg_catalog.pg_seclabel
  WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objsubid > 0 AND provider = 'cerci';
GRANT SELECT ON crdb_internal.cerci_columns TO PUBLIC;

-- The indexes that PostgreSQL has under unique constraints without an index: no catalog lists them.
CREATE OR REPLACE VIEW crdb_internal.cerci_without_index AS
  SELECT objoid AS relid FROM pg_catalog.pg_seclabel
  WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objsubid = 0 AND provider = 'cerci' AND label::jsonb ? 'without_index';
GRANT SELECT ON crdb_internal.cerci_without_index TO PUBLIC;

-- The facts recorded for relations and indexes.
CREATE OR REPLACE VIEW crdb_internal.cerci_relations AS
  SELECT objoid AS relid, label::jsonb AS properties
  FROM pg_catalog.pg_seclabel
  WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objsubid = 0 AND provider = 'cerci';
GRANT SELECT ON crdb_internal.cerci_relations TO PUBLIC;
