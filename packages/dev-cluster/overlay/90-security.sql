SET search_path = pg_catalog, pg_temp;

-- What PostgreSQL leaves open to every role, and a client of a cluster has no business with. SQL users are no superusers, so
-- COPY … PROGRAM, server files, LANGUAGE C and ALTER SYSTEM are closed already.
DO $$
DECLARE
  f regprocedure;
BEGIN
  -- The template is the engine's: what a client put there would be in every database to come.
  IF current_database() = 'template1' THEN
    REVOKE ALL ON DATABASE template1 FROM PUBLIC;
  END IF;
  FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (ARRAY[
    -- Files, logs and settings of the host.
    'pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'pg_ls_logdir', 'pg_ls_waldir', 'pg_ls_tmpdir', 'pg_ls_archive_statusdir',
    'lo_import', 'lo_export', 'pg_current_logfile', 'pg_show_all_file_settings', 'pg_hba_file_rules', 'pg_ident_file_mappings', 'pg_config',
    'pg_reload_conf', 'pg_rotate_logfile', 'pg_promote', 'pg_switch_wal', 'pg_backup_start', 'pg_backup_stop', 'pg_create_restore_point',
    -- Signals to the engine's own backends and other sessions: CANCEL SESSION and CANCEL QUERY ask the gateway.
    'pg_terminate_backend', 'pg_cancel_backend', 'pg_log_backend_memory_contexts',
    -- CockroachDB has no LISTEN and no exported snapshots.
    'pg_logical_emit_message', 'pg_notify', 'pg_export_snapshot',
    -- Large objects, which CockroachDB does not have.
    'lo_create', 'lo_creat', 'lo_open', 'lo_put', 'lo_from_bytea', 'lo_unlink', 'lo_truncate', 'lo_truncate64', 'lowrite', 'loread', 'lo_get']) LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;

-- The owner of a database may install extensions that PostgreSQL trusts, languages among them. Here nobody but the engine does.
CREATE OR REPLACE FUNCTION crdb_internal.cerci_refuse_extension() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = 'unimplemented: extensions cannot be created in the dev cluster',
      HINT = 'What CockroachDB has of pgcrypto, pg_trgm, fuzzystrmatch, citext and ltree is there already.';
  END IF;
END $$;
DROP EVENT TRIGGER IF EXISTS cerci_refuse_extension;
CREATE EVENT TRIGGER cerci_refuse_extension ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION', 'ALTER EXTENSION', 'DROP EXTENSION')
  EXECUTE FUNCTION crdb_internal.cerci_refuse_extension();
