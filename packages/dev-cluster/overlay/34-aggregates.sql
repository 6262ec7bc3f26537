SET search_path = pg_catalog, pg_temp;

-- Aggregates that PostgreSQL lacks, or that have another result: https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#aggregate-functions
CREATE OR REPLACE AGGREGATE crdb_internal.json_agg(anyelement) (
  SFUNC = jsonb_agg_transfn, STYPE = internal, FINALFUNC = jsonb_agg_finalfn);
CREATE OR REPLACE AGGREGATE crdb_internal.json_object_agg("any", "any") (
  SFUNC = jsonb_object_agg_transfn, STYPE = internal, FINALFUNC = jsonb_object_agg_finalfn);

CREATE OR REPLACE FUNCTION crdb_internal.cerci_least(a uuid, b uuid) RETURNS uuid IMMUTABLE STRICT PARALLEL SAFE RETURN least(a, b);
CREATE OR REPLACE FUNCTION crdb_internal.cerci_greatest(a uuid, b uuid) RETURNS uuid IMMUTABLE STRICT PARALLEL SAFE RETURN greatest(a, b);
CREATE OR REPLACE AGGREGATE crdb_internal.min(uuid) (SFUNC = crdb_internal.cerci_least, STYPE = uuid, SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.max(uuid) (SFUNC = crdb_internal.cerci_greatest, STYPE = uuid, SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.min(bool) (SFUNC = booland_statefunc, STYPE = bool, SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.max(bool) (SFUNC = boolor_statefunc, STYPE = bool, SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.sum(int4) (SFUNC = int4_sum, STYPE = int8, FINALFUNC = "numeric", PARALLEL = SAFE, COMBINEFUNC = int8pl);
CREATE OR REPLACE AGGREGATE crdb_internal.sum(int2) (SFUNC = int2_sum, STYPE = int8, FINALFUNC = "numeric", PARALLEL = SAFE, COMBINEFUNC = int8pl);
CREATE OR REPLACE AGGREGATE crdb_internal.sum_int(int8) (SFUNC = int8pl, STYPE = int8, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.xor_agg(int8) (SFUNC = int8xor, STYPE = int8, PARALLEL = SAFE);
CREATE OR REPLACE AGGREGATE crdb_internal.concat_agg(text) (SFUNC = textcat, STYPE = text);
CREATE OR REPLACE AGGREGATE crdb_internal.concat_agg(bytea) (SFUNC = byteacat, STYPE = bytea);
CREATE OR REPLACE AGGREGATE crdb_internal.array_cat_agg(anycompatiblearray) (SFUNC = array_cat, STYPE = anycompatiblearray);

-- PostgreSQL's own, of which the result is INT8 in CockroachDB: the function in C gives a value of either width.
CREATE OR REPLACE FUNCTION crdb_internal.ntile(int8) RETURNS int8 LANGUAGE internal WINDOW IMMUTABLE STRICT PARALLEL SAFE AS 'window_ntile';
CREATE OR REPLACE FUNCTION crdb_internal.ntile(int4) RETURNS int8 LANGUAGE internal WINDOW IMMUTABLE STRICT PARALLEL SAFE AS 'window_ntile';
