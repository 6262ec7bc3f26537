import type pg from 'pg'
import { readTypes } from './columns.js'
import { readSignal, readTimeoutMs } from './limits.js'
import { scopedTimeoutMs } from './query-timeout-scope.js'
import type { CerciQueryConfig } from './queryable.js'

/** A statement to run, whichever way it was asked for. */
export interface QueryRequest {
  readonly text: string
  readonly values: readonly unknown[] | undefined
  readonly name: string | undefined
  readonly asArrays: boolean
  readonly types: pg.CustomTypesConfig | undefined
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
  readonly idempotent: boolean
}

/** What node-postgres calls `timeoutMs`; 0 is the pool's default. */
interface NodePostgresLimit {
  readonly query_timeout?: number | undefined
}

/**
 * Reads the arguments of `query()` in all their forms. Values given beside a config override the config's.
 *
 * @throws TypeError when they are none of the forms.
 */
export function readQueryArguments(textOrConfig: unknown, values: unknown): QueryRequest {
  if (typeof textOrConfig === 'string') {
    return {
      text: textOrConfig,
      values: valueList(values),
      name: undefined,
      asArrays: false,
      types: undefined,
      signal: undefined,
      timeoutMs: scopedTimeoutMs(),
      idempotent: false,
    }
  }
  if (!isQueryConfig(textOrConfig)) throw new TypeError('query() takes a text or a config with a text.')
  const config = textOrConfig
  return {
    text: config.text ?? '',
    values: valueList(values) ?? valueList(config.values),
    name: config.name === '' ? undefined : config.name,
    asArrays: config.rowMode === 'array',
    types: readTypes(config.types),
    signal: readSignal(config.signal),
    timeoutMs:
      readTimeoutMs(config.timeoutMs) ??
      readTimeoutMs(config.query_timeout || undefined, 'query_timeout') ??
      scopedTimeoutMs(),
    idempotent: config.idempotent === true,
  }
}

/** A query object with a protocol of its own: pg-cursor, pg-query-stream, pg-copy-streams, `pg.Query`. */
export function isSubmittable(value: unknown): value is pg.Submittable {
  return typeof value === 'object' && value !== null && 'submit' in value && typeof value.submit === 'function'
}

/** Options of node-postgres' own Query that ours does not have: they need a portal of their own. */
export function needsPortal(config: unknown): boolean {
  return (
    typeof config === 'object' &&
    config !== null &&
    ['rows', 'portal', 'binary'].some(name => name in config && Reflect.get(config, name))
  )
}

function isQueryConfig(value: unknown): value is Partial<CerciQueryConfig> & NodePostgresLimit {
  if (typeof value !== 'object' || value === null) return false
  const text: unknown = 'text' in value ? value.text : undefined
  const name: unknown = 'name' in value ? value.name : undefined
  return typeof text === 'string' || (text === undefined && typeof name === 'string')
}

function valueList(values: unknown): readonly unknown[] | undefined {
  if (values === undefined || values === null) return undefined
  if (!Array.isArray(values)) throw new TypeError('Query values must be an array.')
  return values
}
