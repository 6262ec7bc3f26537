SET search_path = pg_catalog, pg_temp;

-- IFERROR and ISERROR. Translation gives them the expression as pieces of text and the values between them, each with its type.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_compose(pieces text[], given text[], types regtype[]) RETURNS text STABLE
  RETURN (SELECT 'SELECT ' || string_agg(piece || CASE WHEN at <= cardinality(types) THEN format('CAST(%s AS %s)', quote_nullable(given[at]), types[at]) ELSE '' END, '' ORDER BY at)
    FROM unnest(pieces) WITH ORDINALITY AS listed(piece, at));

-- These keep the caller's search path: the expression means what it means to the client. Conflicts of transactions are not to be caught, nor what ends a session.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_iferror(sample anyelement, code text, pieces text[], given text[], types regtype[],
  instead_pieces text[], instead_given text[], instead_types regtype[]) RETURNS anyelement
LANGUAGE plpgsql AS $$
DECLARE
  result sample%TYPE;
BEGIN
  BEGIN
    EXECUTE crdb_internal.cerci_compose(pieces, given, types) INTO result;
    RETURN result;
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE ~ '^(40|57|XX)' OR SQLSTATE <> code THEN RAISE; END IF;
  END;
  EXECUTE crdb_internal.cerci_compose(instead_pieces, instead_given, instead_types) INTO result;
  RETURN result;
END $$;

CREATE OR REPLACE FUNCTION crdb_internal.cerci_iserror(sample anyelement, code text, pieces text[], given text[], types regtype[]) RETURNS bool
LANGUAGE plpgsql AS $$
DECLARE
  result sample%TYPE;
BEGIN
  EXECUTE crdb_internal.cerci_compose(pieces, given, types) INTO result;
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE ~ '^(40|57|XX)' OR SQLSTATE <> code THEN RAISE; END IF;
  RETURN true;
END $$;
