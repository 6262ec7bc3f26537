SET search_path = pg_catalog, pg_temp;

-- System privileges are memberships in roles that nobody sees: https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization#supported-privileges
CREATE OR REPLACE FUNCTION crdb_internal.cerci_has_system_privilege(privilege text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_has_role(current_user, 'admin', 'MEMBER') OR pg_has_role(current_user, 'crdb_internal.' || lower(privilege), 'MEMBER')
$$;

-- What CANCEL QUERY and CANCEL SESSION name. The gateway hears the INFO, which no setting silences, and does what the statement says.
CREATE OR REPLACE VIEW crdb_internal.cerci_cancellations AS SELECT NULL::text AS id;
CREATE OR REPLACE FUNCTION crdb_internal.cerci_cancel() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE INFO USING ERRCODE = 'CERCI', MESSAGE = coalesce(NEW.id, '');
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER cerci_cancel INSTEAD OF INSERT ON crdb_internal.cerci_cancellations
  FOR EACH ROW EXECUTE FUNCTION crdb_internal.cerci_cancel();
GRANT SELECT, INSERT ON crdb_internal.cerci_cancellations TO PUBLIC;

-- The text of a session's statement holds what it may not see of others: CockroachDB has no such function.
REVOKE ALL ON FUNCTION pg_catalog.current_query() FROM PUBLIC;
