SET search_path = pg_catalog, pg_temp;

-- Who and where the session is. The gateway says so in settings crdb.* when it opens the backend.

CREATE OR REPLACE FUNCTION crdb_internal.version() RETURNS text STABLE PARALLEL SAFE
  RETURN current_setting('crdb.crdb_version');

CREATE OR REPLACE FUNCTION crdb_internal.node_id() RETURNS int8 STABLE PARALLEL SAFE
  RETURN current_setting('crdb.node_id')::int8;

CREATE OR REPLACE FUNCTION crdb_internal.cluster_id() RETURNS uuid STABLE PARALLEL SAFE
  RETURN nullif(current_setting('crdb.cluster_id', true), '')::uuid;

CREATE OR REPLACE FUNCTION crdb_internal.cluster_name() RETURNS text STABLE PARALLEL SAFE
  RETURN ''::text;

CREATE OR REPLACE FUNCTION crdb_internal.node_executable_version() RETURNS text STABLE PARALLEL SAFE
  RETURN '26.2'::text;

CREATE OR REPLACE FUNCTION crdb_internal.gateway_region() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  region text := pg_catalog.current_setting('crdb.region', true);
BEGIN
  IF region IS NULL OR region = '' THEN
    RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'gateway_region(): no region set on the locality flag on this node';
  END IF;
  RETURN region;
END $$;

-- The value of one tier of the node's locality; NULL for a tier it does not have.
CREATE OR REPLACE FUNCTION crdb_internal.locality_value(tier text) RETURNS text STABLE PARALLEL SAFE
  RETURN CASE WHEN tier IN ('region', 'zone') THEN nullif(current_setting('crdb.' || tier, true), '') END;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_locality() RETURNS text STABLE PARALLEL SAFE
  RETURN concat_ws(',', 'region=' || nullif(current_setting('crdb.region', true), ''),
    'zone=' || nullif(current_setting('crdb.zone', true), ''));

CREATE OR REPLACE FUNCTION crdb_internal.is_admin() RETURNS bool STABLE
  RETURN EXISTS (SELECT FROM pg_roles WHERE rolname = 'admin' AND pg_has_role(current_user, oid, 'USAGE'));

-- The privilege that it takes to look at ranges: admins have it, and the owner of what is looked at.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_require_zoneconfig(what text, owner oid) RETURNS bool
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF crdb_internal.is_admin() OR pg_catalog.pg_has_role(current_user, owner, 'USAGE') THEN RETURN true; END IF;
  RAISE EXCEPTION USING ERRCODE = '42501',
    MESSAGE = pg_catalog.format('user %s does not have ZONECONFIG privilege on %s', current_user, what);
END $$;

-- Telemetry that ORMs report; there is nobody to report to.
CREATE OR REPLACE FUNCTION crdb_internal.increment_feature_counter(feature text) RETURNS bool VOLATILE
  RETURN true;

-- Identifiers of rows. Upper 48 bits: time in units of 10 µs since 2015; lower 15 bits: the node.
-- https://www.cockroachlabs.com/docs/v26.2/serial#generated-values-for-mode-rowid
-- The sequence is the clock's last reading, shared by all backends of the database, so that no two get the same.
CREATE SEQUENCE IF NOT EXISTS crdb_internal.cerci_rowid_clock AS int8 START 1;
GRANT USAGE, UPDATE, SELECT ON SEQUENCE crdb_internal.cerci_rowid_clock TO PUBLIC;

CREATE OR REPLACE FUNCTION crdb_internal.unique_rowid() RETURNS int8 LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  node int8 := pg_catalog.current_setting('crdb.node_id')::int8 & 32767;
  now_units int8 := crdb_internal.cerci_rowid_time();
  units int8;
BEGIN
  IF pg_catalog.current_setting('transaction_read_only')::bool THEN
    RETURN (now_units << 15) | node; -- Nothing can be stored under it, and PostgreSQL refuses nextval here.
  END IF;
  units := pg_catalog.nextval('crdb_internal.cerci_rowid_clock');
  IF units < now_units - 50 THEN
    units := crdb_internal.cerci_rowid_catch_up();
  END IF;
  RETURN (units << 15) | node;
END $$;

-- What a virtual sequence gives next; `currval` knows it too. https://www.cockroachlabs.com/docs/v26.2/serial
CREATE OR REPLACE FUNCTION crdb_internal.cerci_virtual_nextval(sequence regclass) RETURNS int8 VOLATILE
  RETURN pg_catalog.setval(sequence, crdb_internal.unique_rowid());

CREATE OR REPLACE FUNCTION crdb_internal.cerci_rowid_time() RETURNS int8 VOLATILE
  RETURN ((date_part('epoch', clock_timestamp()) - 1420070400) * 100000)::int8;

-- Moves the clock, which is behind real time, to the present. One backend does it while the others wait for the clock
-- to be on time. The tries are limited, in case a backend was cancelled between lock and unlock.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_rowid_catch_up() RETURNS int8 LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  units int8;
  locked bool;
BEGIN
  FOR try IN 1..1000 LOOP
    locked := pg_catalog.pg_try_advisory_lock(20150101, 0);
    units := pg_catalog.nextval('crdb_internal.cerci_rowid_clock');
    EXIT WHEN locked OR units >= crdb_internal.cerci_rowid_time() - 50;
    PERFORM pg_catalog.pg_sleep(0.0001);
  END LOOP;
  IF units < crdb_internal.cerci_rowid_time() - 50 THEN
    units := pg_catalog.setval('crdb_internal.cerci_rowid_clock', crdb_internal.cerci_rowid_time());
  END IF;
  IF locked THEN
    PERFORM pg_catalog.pg_advisory_unlock(20150101, 0);
  END IF;
  RETURN units;
END $$;

-- The same with the bits of the time reversed, so that rows written one after the other lie far apart.
CREATE OR REPLACE FUNCTION crdb_internal.unordered_unique_rowid() RETURNS int8 VOLATILE
  RETURN (SELECT (('0' || reverse((id >> 15)::bit(48)::text) || id::bit(15)::text)::bit(64))::int8
  FROM (SELECT crdb_internal.unique_rowid()) AS generated(id));

CREATE OR REPLACE FUNCTION crdb_internal.uuid_v4() RETURNS bytea VOLATILE
  RETURN uuid_send(gen_random_uuid());

CREATE OR REPLACE FUNCTION crdb_internal.uuid_generate_v4() RETURNS uuid VOLATILE
  RETURN gen_random_uuid();

CREATE OR REPLACE FUNCTION crdb_internal.gen_random_ulid() RETURNS uuid VOLATILE
  RETURN (lpad(to_hex((date_part('epoch', clock_timestamp()) * 1000)::int8), 12, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))::uuid;

-- Time of the transaction as a hybrid logical clock: nanoseconds before the point, logical ticks after it.
CREATE OR REPLACE FUNCTION crdb_internal.cluster_logical_timestamp() RETURNS numeric STABLE
  RETURN round(extract(epoch FROM crdb_internal.now()) * 1000000000, 0) + 0.0000000000;

CREATE OR REPLACE FUNCTION crdb_internal.hlc_to_timestamp(hlc numeric) RETURNS timestamptz IMMUTABLE
  RETURN to_timestamp(numeric_div(trunc(hlc), 1000000000)::float8);

CREATE OR REPLACE FUNCTION crdb_internal.approximate_timestamp(hlc numeric) RETURNS timestamp IMMUTABLE
  RETURN crdb_internal.hlc_to_timestamp(hlc) AT TIME ZONE 'UTC';

CREATE OR REPLACE FUNCTION crdb_internal.follower_read_timestamp() RETURNS timestamptz STABLE
  RETURN crdb_internal.statement_timestamp() - interval '4.2 seconds';

CREATE OR REPLACE FUNCTION crdb_internal.experimental_follower_read_timestamp() RETURNS timestamptz STABLE
  RETURN crdb_internal.follower_read_timestamp();

-- Errors on demand, for tests of applications.
CREATE OR REPLACE FUNCTION crdb_internal.force_error(code text, message text) RETURNS int8 LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.force_retry(lasting interval) RETURNS int8 LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF pg_catalog.clock_timestamp() < pg_catalog.now() + lasting THEN
    RAISE EXCEPTION USING ERRCODE = '40001',
      MESSAGE = 'restart transaction: TransactionRetryWithProtoRefreshError: forced by crdb_internal.force_retry()';
  END IF;
  RETURN 0;
END $$;
