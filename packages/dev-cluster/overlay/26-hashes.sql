SET search_path = pg_catalog, pg_temp;

-- Hashes of CockroachDB, http://www.isthe.com/chongo/tech/comp/fnv/
CREATE OR REPLACE FUNCTION crdb_internal.cerci_fnv32(input bytea, xor_first bool) RETURNS int8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  hash int8 := 2166136261;
BEGIN
  FOR i IN 0..pg_catalog.octet_length(input) - 1 LOOP
    IF xor_first THEN
      hash := ((hash # pg_catalog.get_byte(input, i)) * 16777619) & 4294967295;
    ELSE
      hash := ((hash * 16777619) & 4294967295) # pg_catalog.get_byte(input, i);
    END IF;
  END LOOP;
  RETURN hash;
END $$;

-- The product overflows 64 bits, so it is taken as a decimal, modulo 2^64.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_fnv64(input bytea, xor_first bool) RETURNS int8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  hash numeric := 14695981039346656037;
  next_byte int4;
  low int4;
BEGIN
  FOR i IN 0..pg_catalog.octet_length(input) - 1 LOOP
    next_byte := pg_catalog.get_byte(input, i);
    IF NOT xor_first THEN hash := pg_catalog.mod(hash * 1099511628211, 18446744073709551616); END IF;
    low := pg_catalog.mod(hash, 256);
    hash := hash - low + (low # next_byte);
    IF xor_first THEN hash := pg_catalog.mod(hash * 1099511628211, 18446744073709551616); END IF;
  END LOOP;
  RETURN CASE WHEN hash >= 9223372036854775808 THEN hash - 18446744073709551616 ELSE hash END;
END $$;

