import type { BackingParts, ClusterBacking, EngineName } from './cluster-backing.js'

const backings: Readonly<Record<EngineName, (parts: BackingParts) => Promise<ClusterBacking>>> = {
  embedded: async parts => (await import('./embedded-backing.js')).EmbeddedBacking.start(parts),
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
