import type { Parameter } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { unimplemented } from '../unimplemented.js'

/** Table parameters that change nothing a development cluster shows; they are recorded for SHOW CREATE TABLE. */
const recorded: ReadonlySet<string> = new Set([
  'autovacuum_enabled',
  'exclude_data_from_backup',
  'fillfactor',
  'schema_locked',
  'skip_rbr_unique_rowid_checks',
  'sql_stats_automatic_collection_enabled',
  'sql_stats_automatic_collection_fraction_stale_rows',
  'sql_stats_automatic_collection_min_stale_rows',
  'sql_stats_automatic_full_collection_enabled',
  'sql_stats_automatic_partial_collection_enabled',
  'sql_stats_forecasts_enabled',
  'sql_stats_histogram_buckets_count',
  'sql_stats_histogram_samples_count',
])

/** Parameters as they are recorded: name to text. Throws for one that the dev cluster does not carry out. */
export function storageParameters(
  parameters: readonly Parameter[],
  rewrite: Rewrite,
): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.map(parameter => [parameter.name, readParameter(parameter, rewrite)]))
}

export function requireKnownParameter(name: string): void {
  if (recorded.has(name)) return
  if (name === 'ttl' || name.startsWith('ttl_')) throw unimplemented('row-level TTL')
  throw new SqlError(sqlState.invalid_parameter_value, `invalid storage parameter "${name}"`)
}

function readParameter(parameter: Parameter, rewrite: Rewrite): string {
  requireKnownParameter(parameter.name)
  return parameter.value ? rewrite.source(parameter.value).replace(/^'(.*)'$/s, '$1') : 'true'
}
