import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { get as getSecurely } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevClusterError } from '../../dev-cluster-error.js'
import { printAddress } from '../../topology/listen-address.js'
import type { CockroachNode } from './node-host.js'

const DEADLINE_MS = 60_000
const POLL_MS = 50

/**
 * Waits until a node takes clients, by its health endpoint.
 *
 * @param alive whether the node still runs
 * @throws {DevClusterError} `CERCI_NODE_UNREADY`
 * @see https://www.cockroachlabs.com/docs/v26.2/monitoring-and-alerting#health-ready-1
 */
export async function nodeReady(
  node: CockroachNode,
  certsDir: string | undefined,
  alive: () => boolean,
): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await isReady(node, certsDir))) {
    if (!alive()) throw new DevClusterError('CERCI_NODE_UNREADY', { id: node.id, reason: 'it has ended' })
    if (Date.now() > deadline)
      throw new DevClusterError('CERCI_NODE_UNREADY', {
        id: node.id,
        reason: `it was not ready after ${DEADLINE_MS} ms`,
      })
    await sleep(POLL_MS)
  }
}

function isReady({ host, httpPort }: CockroachNode, certsDir: string | undefined): Promise<boolean> {
  const path = `${printAddress(host, httpPort)}/health?ready=1`
  return new Promise(resolve => {
    const request =
      certsDir === undefined
        ? get(`http://${path}`)
        : getSecurely(`https://${path}`, { ca: readFileSync(join(certsDir, 'ca.crt')) })
    request.on('response', response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', () => resolve(false))
    request.setTimeout(1_000, () => request.destroy())
  })
}
