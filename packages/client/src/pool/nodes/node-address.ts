import type { NodeAddress } from '../../query/observer.js'
import type { PooledClient } from '../connection/pooled-client.js'

/** Where a connection leads to, as telemetry names it. */
export function nodeAddress(client: PooledClient): NodeAddress {
  const { endpoint, node } = client
  return { host: endpoint.name, port: endpoint.address.port, id: node.id, region: node.region }
}
