import { SqlError } from '../errors/sql-error.js'
import { sqlState } from '../errors/sql-state.js'
import { parseDurationMs } from '../variables/parse-duration.js'
import type { ClusterSettingInfo } from './cluster-settings.js'

const truths: ReadonlyMap<string, string> = new Map([
  ...['true', 't', 'on', 'yes', 'y', '1'].map(word => [word, 'true'] as const),
  ...['false', 'f', 'off', 'no', 'n', '0'].map(word => [word, 'false'] as const),
])

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't'].flatMap((letter, at) => [
    [letter, 1024 ** (at + 1)] as const,
    [`${letter}ib`, 1024 ** (at + 1)] as const,
    [`${letter}b`, 1000 ** (at + 1)] as const,
  ]),
])

/**
 * The canonical text of a value for a cluster setting: `true`, `42`, `1m30s`, `64 MiB`.
 *
 * @throws {SqlError} 22023 when the setting does not take it
 */
export function normalizeSettingValue(setting: ClusterSettingInfo, text: string): string {
  const value = text.trim()
  switch (setting.type) {
    case 'boolean':
      return truths.get(value.toLowerCase()) ?? refuse(setting, text, 'the value must be true or false')
    case 'integer':
      return /^[+-]?\d+$/.test(value)
        ? BigInt(value.replace(/^\+/, '')).toString()
        : refuse(setting, text, 'the value must be an integer')
    case 'float':
      return value !== '' && Number.isFinite(Number(value))
        ? String(Number(value))
        : refuse(setting, text, 'the value must be a number')
    case 'duration':
      return printDuration(parseDurationMs(value) ?? refuse(setting, text, 'a duration is such as 10s or 1m30s'))
    case 'size':
      return printSize(parseBytes(value) ?? refuse(setting, text, 'a size is such as 64MiB'))
    case 'enumeration':
      return (
        setting.values.find(each => each === value.toLowerCase()) ??
        refuse(setting, text, `available values: ${setting.values.join(', ')}`)
      )
    case 'version':
      return value === setting.default
        ? value
        : refuse(setting, text, `this cluster has version ${setting.default} only`)
    case 'string':
      break
  }
  return text
}

function refuse(setting: ClusterSettingInfo, text: string, hint: string): never {
  throw new SqlError(
    sqlState.invalid_parameter_value,
    `invalid value for cluster setting "${setting.name}": "${text}"`,
    { hint },
  )
}

/** As Go prints durations, and so CockroachDB its settings: `1h0m0s`, `1.5s`, `200ms`. */
function printDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = `${(ms % 60_000) / 1000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text)
  const unit = unitBytes.get((match?.[2] ?? '').toLowerCase())
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : undefined
}

function printSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const at = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const amount = bytes / 1024 ** at
  return `${at > 0 && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[at]}`
}
