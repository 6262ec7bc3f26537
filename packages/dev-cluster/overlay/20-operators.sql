SET search_path = pg_catalog, pg_temp;

-- Operators whose meaning or result type differs: https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#operators

-- Division of decimals: 20 significant digits, and zeros at the end only as far as the operands' scales ask for them.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_divide(a numeric, b numeric) RETURNS numeric IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN a IN ('NaN', 'Infinity', '-Infinity') OR b IN ('NaN', 'Infinity', '-Infinity') THEN numeric_div(a, b)
    ELSE trim_scale(to_char(numeric_div(a * 1.0000000000000000000000000000000000000000, b), '9.9999999999999999999EEEE')::numeric)
      + round(0.0, greatest(scale(a) - scale(b), 0))
  END;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_divide(a int8, b int8) RETURNS numeric IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN a % b = 0 THEN div(a::numeric, b::numeric)
    ELSE crdb_internal.cerci_divide(a::numeric, b::numeric) END;

-- Creates an operator unless it is there: CREATE OPERATOR has no OR REPLACE. A prefix operator has no left type.
CREATE OR REPLACE PROCEDURE crdb_internal.cerci_create_operator(left_type text, symbol text, right_type text, implementation text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_regoperator(format('crdb_internal.%s(%s,%s)', symbol, coalesce(left_type, 'none'), right_type)) IS NULL THEN
    EXECUTE format('CREATE OPERATOR crdb_internal.%s (FUNCTION = crdb_internal.%s%s, RIGHTARG = %s%s)',
      symbol, implementation, ', LEFTARG = ' || left_type, right_type,
      CASE WHEN symbol IN ('+', '*') AND left_type = right_type THEN format(', COMMUTATOR = OPERATOR(crdb_internal.%s)', symbol) END);
  END IF;
END $$;
REVOKE ALL ON PROCEDURE crdb_internal.cerci_create_operator FROM PUBLIC;

-- Integer arithmetic is in 64 bits whatever the operands; division gives a decimal.
DO $$
DECLARE
  left_type text;
  right_type text;
  symbol text;
  implementation text;
BEGIN
  FOREACH left_type IN ARRAY ARRAY['int2', 'int4', 'int8'] LOOP
    FOREACH right_type IN ARRAY ARRAY['int2', 'int4', 'int8'] LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_divide_%1$s_%2$s(a %1$s, b %2$s) RETURNS numeric
        IMMUTABLE PARALLEL SAFE RETURN crdb_internal.cerci_divide(a::int8, b::int8)', left_type, right_type);
      CALL crdb_internal.cerci_create_operator(left_type, '/', right_type, format('cerci_divide_%s_%s', left_type, right_type));
      FOR symbol, implementation IN VALUES ('+', 'pl'), ('-', 'mi'), ('*', 'mul'), ('%', 'mod'), ('&', 'and'), ('|', 'or'), ('#', 'xor') LOOP
        CONTINUE WHEN 'int8' IN (left_type, right_type); -- PostgreSQL's own give int8.
        EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_%3$s_%1$s_%2$s(a %1$s, b %2$s) RETURNS int8
          IMMUTABLE STRICT PARALLEL SAFE RETURN int8%3$s(a::int8, b::int8)', left_type, right_type, implementation);
        CALL crdb_internal.cerci_create_operator(left_type, symbol, right_type,
          format('cerci_%s_%s_%s', implementation, left_type, right_type));
      END LOOP;
    END LOOP;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_minus(a int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE RETURN int8um(a::int8);
CREATE OR REPLACE FUNCTION crdb_internal.cerci_complement(a int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE RETURN int8not(a::int8);
CALL crdb_internal.cerci_create_operator(NULL, '-', 'int4', 'cerci_minus');
CALL crdb_internal.cerci_create_operator(NULL, '~', 'int4', 'cerci_complement');
CALL crdb_internal.cerci_create_operator('numeric', '/', 'numeric', 'cerci_divide');

-- Floor division, the operator // of CockroachDB, which rounds towards zero. As an operator of PostgreSQL it binds weaker than + and -,
-- so translation writes it as a call.
CREATE OR REPLACE FUNCTION crdb_internal.floor_div(a int8, b int8) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN int8div(a, b);
CREATE OR REPLACE FUNCTION crdb_internal.floor_div(a int4, b int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN int8div(a::int8, b::int8);
CREATE OR REPLACE FUNCTION crdb_internal.floor_div(a numeric, b numeric) RETURNS numeric IMMUTABLE STRICT PARALLEL SAFE
  RETURN div(a, b);
CREATE OR REPLACE FUNCTION crdb_internal.floor_div(a float8, b float8) RETURNS float8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN trunc(float8div(a, b));
CALL crdb_internal.cerci_create_operator('int8', '//', 'int8', 'floor_div');
CALL crdb_internal.cerci_create_operator('int4', '//', 'int4', 'floor_div');
CALL crdb_internal.cerci_create_operator('numeric', '//', 'numeric', 'floor_div');
CALL crdb_internal.cerci_create_operator('float8', '//', 'float8', 'floor_div');

-- Powers and shifts of integers are integers.
CREATE OR REPLACE FUNCTION crdb_internal.pow(a int8, b int8) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN trunc(power(a::numeric, b::numeric))::int8;
CREATE OR REPLACE FUNCTION crdb_internal.pow(a int4, b int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.pow(a::int8, b::int8);
CREATE OR REPLACE FUNCTION crdb_internal.power(a int8, b int8) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.pow(a, b);
CREATE OR REPLACE FUNCTION crdb_internal.power(a int4, b int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.pow(a::int8, b::int8);
-- Zero to a negative power is infinite, not an error.
CREATE OR REPLACE FUNCTION crdb_internal.pow(a float8, b float8) RETURNS float8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN a = 0 AND b < 0 THEN float8 'Infinity' ELSE dpow(a, b) END;
CREATE OR REPLACE FUNCTION crdb_internal.power(a float8, b float8) RETURNS float8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.pow(a, b);
CALL crdb_internal.cerci_create_operator('float8', '^', 'float8', 'pow');
CALL crdb_internal.cerci_create_operator('int8', '^', 'int8', 'pow');
CALL crdb_internal.cerci_create_operator('int4', '^', 'int4', 'pow');

CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_left(a int8, b int8) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN b BETWEEN 0 AND 63 THEN int8shl(a, b::int4) ELSE crdb_internal.force_error('22003', 'shift argument out of range') END;
CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_right(a int8, b int8) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN b BETWEEN 0 AND 63 THEN int8shr(a, b::int4) ELSE crdb_internal.force_error('22003', 'shift argument out of range') END;
DO $$
DECLARE
  right_type text;
BEGIN
  FOREACH right_type IN ARRAY ARRAY['int8', 'int4', 'int2'] LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_left(a int4, b %s) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
      RETURN crdb_internal.cerci_shift_left(a::int8, b::int8)', right_type);
    EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_right(a int4, b %s) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
      RETURN crdb_internal.cerci_shift_right(a::int8, b::int8)', right_type);
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_left(a int8, b int2) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.cerci_shift_left(a, b::int8);
CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_right(a int8, b int2) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.cerci_shift_right(a, b::int8);
CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_left(a int8, b int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.cerci_shift_left(a, b::int8);
CREATE OR REPLACE FUNCTION crdb_internal.cerci_shift_right(a int8, b int4) RETURNS int8 IMMUTABLE STRICT PARALLEL SAFE
  RETURN crdb_internal.cerci_shift_right(a, b::int8);
DO $$
DECLARE
  types text[];
BEGIN
  FOREACH types SLICE 1 IN ARRAY ARRAY[['int8', 'int8'], ['int8', 'int4'], ['int8', 'int2'], ['int4', 'int8'], ['int4', 'int4'], ['int4', 'int2']] LOOP
    CALL crdb_internal.cerci_create_operator(types[1], '<<', types[2], 'cerci_shift_left');
    CALL crdb_internal.cerci_create_operator(types[1], '>>', types[2], 'cerci_shift_right');
  END LOOP;
END $$;

-- Operators that PostgreSQL has for int4 only, while CockroachDB's integers are INT8.
DO $$
DECLARE
  operator record;
BEGIN
  FOR operator IN SELECT * FROM (VALUES
    ('date', '+', 'int8', 'date', 'date_pl', 'date_pli(a, b::int4)'),
    ('int8', '+', 'date', 'date', 'pl_date', 'date_pli(b, a::int4)'),
    ('date', '-', 'int8', 'date', 'date_mi', 'date_mii(a, b::int4)'),
    ('date', '-', 'date', 'int8', 'date_difference', 'date_mi(a, b)::int8'),
    ('jsonb', '->', 'int8', 'jsonb', 'json_element', 'jsonb_array_element(a, b::int4)'),
    ('jsonb', '->>', 'int8', 'text', 'json_element_text', 'jsonb_array_element_text(a, b::int4)'),
    ('jsonb', '-', 'int8', 'jsonb', 'json_delete', 'jsonb_delete(a, b::int4)'),
    -- For INT2, neither PostgreSQL's int4 nor the overlay's int8 would be preferred.
    ('date', '+', 'int2', 'date', 'date_pl', 'date_pli(a, b::int4)'),
    ('int2', '+', 'date', 'date', 'pl_date', 'date_pli(b, a::int4)'),
    ('date', '-', 'int2', 'date', 'date_mi', 'date_mii(a, b::int4)'),
    ('jsonb', '->', 'int2', 'jsonb', 'json_element', 'jsonb_array_element(a, b::int4)'),
    ('jsonb', '->>', 'int2', 'text', 'json_element_text', 'jsonb_array_element_text(a, b::int4)'),
    ('jsonb', '-', 'int2', 'jsonb', 'json_delete', 'jsonb_delete(a, b::int4)')
  ) AS row(left_type, symbol, right_type, result, name, body) LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION crdb_internal.cerci_%s(a %s, b %s) RETURNS %s IMMUTABLE STRICT PARALLEL SAFE RETURN %s',
      operator.name, operator.left_type, operator.right_type, operator.result, operator.body);
    CALL crdb_internal.cerci_create_operator(operator.left_type, operator.symbol, operator.right_type, 'cerci_' || operator.name);
  END LOOP;
END $$;
