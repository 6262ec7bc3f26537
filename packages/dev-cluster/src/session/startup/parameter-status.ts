import { serializeBackend } from '@cerci/wire'
import { cockroachVersion } from '../../variables/server-version.js'

/**
 * The parameters that CockroachDB reports, in its order, with the values of a new session. PostgreSQL reports others
 * (`search_path`, `in_hot_standby`), which a CockroachDB client never sees.
 */
const reported = {
  server_version: '13.0.0',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  is_superuser: 'off',
  session_authorization: '',
  application_name: '',
  crdb_version: cockroachVersion,
} as const

/** Parameters whose changes PostgreSQL reports and a client is told of. The others never change, or not as here. */
const followed: ReadonlySet<string> = new Set(['DateStyle', 'IntervalStyle', 'TimeZone', 'application_name'])

/** The ParameterStatus messages of a new session. `actual`: what PostgreSQL reported. */
export function initialParameterStatus(user: string, actual: ReadonlyMap<string, string>): Buffer {
  const own = new Map<string, string>([
    ['session_authorization', user],
    ['is_superuser', user === 'root' ? 'on' : 'off'],
  ])
  return Buffer.concat(
    Object.entries(reported).map(([parameter, initial]) =>
      serializeBackend({
        name: 'ParameterStatus',
        parameter,
        value: own.get(parameter) ?? (followed.has(parameter) ? (actual.get(parameter) ?? initial) : initial),
      }),
    ),
  )
}

/** Whether a client is told of a change that PostgreSQL reports. */
export function isFollowed(parameter: string): boolean {
  return followed.has(parameter)
}
