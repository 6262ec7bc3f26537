/**
 * The WebAssembly engine calls its one connector `postgresql`, whichever database it finds; `migration_lock.toml` on disk says `cockroachdb`,
 * as the downloaded engine writes it. So requests that carry the lockfile are reworded on their way in, and the answer on its way out.
 */
export function forEngine(params: unknown): unknown {
  if (Array.isArray(params)) return params.map(forEngine)
  if (typeof params !== 'object' || params === null) return params
  return Object.fromEntries(
    Object.entries(params).map(([name, value]: [string, unknown]) => [
      name,
      name === 'lockfile' ? rewordLockfile(value) : forEngine(value),
    ]),
  )
}

export function forPrisma(result: unknown): unknown {
  return typeof result === 'object' && result !== null ? { ...result, connectorType: 'cockroachdb' } : result
}

/** A lockfile that says `postgresql` was written for PostgreSQL, and stays a mismatch. */
function rewordLockfile(lockfile: unknown): unknown {
  if (typeof lockfile !== 'object' || lockfile === null || !('content' in lockfile)) return lockfile
  const { content } = lockfile
  if (typeof content !== 'string') return lockfile
  return {
    ...lockfile,
    content: content.replace(provider, (_, before: string, name: string) => `${before}"${swapped(name)}"`),
  }
}

function swapped(name: string): string {
  if (name === 'cockroachdb') return 'postgresql'
  return name === 'postgresql' ? 'cockroachdb' : name
}

const provider = /^(\s*provider\s*=\s*)"([^"]*)"/m
