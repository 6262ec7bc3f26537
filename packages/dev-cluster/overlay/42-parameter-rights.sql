-- ALTER ROLE … SET and ALTER DATABASE … SET of CockroachDB's variables: PostgreSQL asks for a right to parameters that it does
-- not know. What only the gateway knows (crdb.node_id …) is not among them.
DO $$
DECLARE
  parameter text;
BEGIN
  FOR parameter IN SELECT guc FROM crdb_internal.cerci_variables WHERE home = 'cockroach' LOOP
    EXECUTE format('GRANT SET ON PARAMETER %s TO PUBLIC', parameter);
  END LOOP;
END $$;
