import type pg from 'pg'
import type { Settings } from '../cluster/settings.js'

/**
 * The settings in node-postgres' words, for `pool.options`, which libraries read and copy into clients of their own. They get the first host,
 * and never a connection string: that would win over a database they put beside it.
 */
export function pgOptionsOf(settings: Settings): pg.PoolConfig {
  const [host] = settings.hosts
  return {
    host: host?.hostaddr ?? host?.host,
    port: host?.port,
    user: settings.user,
    password: settings.password,
    database: settings.database,
    application_name: settings.applicationName,
    options: settings.startupOptions,
    ssl:
      settings.tls.mode === 'disable' || settings.tls.mode === 'allow' || settings.tls.mode === 'prefer'
        ? false
        : { ...settings.tls.options },
    max: settings.max,
    min: settings.min,
    idleTimeoutMillis: milliseconds(settings.idleTimeoutMs),
    connectionTimeoutMillis: milliseconds(settings.acquireTimeoutMs),
    maxLifetimeSeconds: milliseconds(settings.maxLifetimeMs) / 1000,
    allowExitOnIdle: settings.allowExitOnIdle,
    keepAlive: true,
    types: settings.types,
  }
}

/** node-postgres writes "unlimited" as 0. */
function milliseconds(limit: number): number {
  return limit === Number.POSITIVE_INFINITY ? 0 : limit
}
