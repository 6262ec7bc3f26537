import { postgresDefaults } from '../variables/postgres-defaults.js'

/** What PostgreSQL is told, whatever CockroachDB's defaults say. Values are written as postgresql.conf wants them. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "''",
  unix_socket_permissions: '0700',
  max_connections: '500',
  superuser_reserved_connections: '20',
  shared_buffers: '64MB',
  huge_pages: 'off',
  // Its files then lie in the data folder, so that a killed engine leaves none in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  // No worker processes: each costs memory and a start.
  io_method: 'sync',
  max_worker_processes: '0',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_replication_slots: '0',
  wal_buffers: '4MB',
  min_wal_size: '2MB',
  max_wal_size: '256MB',
  checkpoint_timeout: '1h',
  file_copy_method: process.platform === 'darwin' ? 'clone' : 'copy',
  bgwriter_lru_maxpages: '0',
  wal_writer_delay: '1s',
  autovacuum_naptime: '30s',
  jit: 'off',
  // AS OF SYSTEM TIME finds out from it what had been committed at a time.
  track_commit_timestamp: 'on',
  // Conflicts must be found on keys, as in CockroachDB: a sequential scan locks the whole table, and a few row
  // locks on one page or table would be merged into a lock of all of it. They must be merged before all
  // connections together run out of locks, which is an error.
  enable_seqscan: 'off',
  max_pred_locks_per_transaction: '128',
  max_pred_locks_per_page: '64',
  max_pred_locks_per_relation: '1000',
  deadlock_timeout: '50ms',
  // From LOG up: not the errors of statements, which clients get to see anyhow.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  log_line_prefix: "'%e '",
  lc_messages: "'C'",
  timezone: "'UTC'",
  log_timezone: "'UTC'",
}

/** What makes writes fast when nothing need outlive the process. */
const ephemeral: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
}

/** The postgresql.conf of an engine. `durable`: commits are on disk before they are answered. */
export function postgresqlConf(options: { readonly durable: boolean; readonly socketFolder: string }): string {
  const own = {
    ...settings,
    ...(options.durable ? {} : ephemeral),
    unix_socket_directories: `'${quoted(options.socketFolder)}'`,
  }
  const lines = Object.entries(own).map(([name, value]) => `${name} = ${value}`)
  return `${[...postgresDefaults(), ...lines].join('\n')}\n`
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}
