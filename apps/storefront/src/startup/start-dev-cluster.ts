import { DevCluster, DevClusterError } from '@cerci/dev-cluster'
import { arePortsFree } from './ports.js'

type Report = (step: string) => void

const host = '127.0.0.1'
const regions = ['us-east-1', 'us-west-1', 'eu-west-1']
const sqlPorts = regions.map((_, index) => 26257 + index)
const adminPort = 8080

/** Starts a node in each of three regions, on CockroachDB's own ports; where those are taken, on any others. */
export async function startDevCluster(report: Report): Promise<DevCluster> {
  const [sqlFree, adminFree] = [await arePortsFree(host, sqlPorts), await arePortsFree(host, [adminPort])]
  if (!sqlFree) report(`A port of ${sqlPorts.join(', ')} is in use, so the nodes take others`)
  if (!adminFree) report(`Port ${adminPort} is in use, so the admin API takes another`)
  report(`Starting a dev cluster with a node in each of ${regions.join(', ')}`)
  try {
    return await start(sqlFree ? 26257 : 0, adminFree ? adminPort : 0, report)
  } catch (error) {
    // Somebody was quicker between the look and the start.
    if (!(error instanceof DevClusterError) || error.code !== 'CERCI_PORT_IN_USE') throw error
    report('A port was taken meanwhile, so the dev cluster takes others')
    return start(0, 0, report)
  }
}

function start(port: number, httpPort: number, onProgress: Report): Promise<DevCluster> {
  return DevCluster.start({ host, regions, nodes: regions.length, port, httpPort, onProgress })
}
