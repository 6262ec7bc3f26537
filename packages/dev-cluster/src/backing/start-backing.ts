import type { BackingParts, ClusterBacking, EngineName } from './cluster-backing.js'

const backings: Readonly<Record<EngineName, (parts: BackingParts) => Promise<ClusterBacking>>> = {
  embedded: startEmbedded,
  cockroach: async parts => {
    const { CockroachBacking } = await import('./cockroach/cockroach-backing.js')
    const { binaryHost } = await import('./cockroach/binary-host.js')
    return CockroachBacking.start(parts, binaryHost)
  },
  docker: async parts => {
    const { CockroachBacking } = await import('./cockroach/cockroach-backing.js')
    const { dockerHost } = await import('./cockroach/docker-host.js')
    return CockroachBacking.start(parts, dockerHost)
  },
}

/** @throws {DevClusterError} */
export function startBacking(engine: EngineName, parts: BackingParts): Promise<ClusterBacking> {
  return backings[engine](parts)
}

/** PostgreSQL starts while everything that speaks to it is loaded: each takes about as long as the other. */
async function startEmbedded(parts: BackingParts): Promise<ClusterBacking> {
  const { Engine } = await import('../engine/engine.js')
  const starting = Engine.start(parts.options)
  const loading = import('./embedded-backing.js')
  const [engine, loaded] = await Promise.allSettled([starting, loading])
  if (engine.status === 'rejected') throw engine.reason
  if (loaded.status === 'fulfilled') return loaded.value.EmbeddedBacking.start(engine.value, parts)
  await engine.value.stop()
  throw loaded.reason
}
