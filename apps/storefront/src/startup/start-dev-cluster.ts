import { DevCluster } from '@cerci/dev-cluster'
import { arePortsFree } from './ports.js'

const host = '127.0.0.1'
const regions = ['us-east-1', 'us-west-1', 'eu-west-1']
const sqlPorts = regions.map((_, index) => 26257 + index)
const adminPort = 8080

/** Starts a node in each of three regions, on CockroachDB's own ports; where those are taken, on any others. */
export async function startDevCluster(report: (step: string) => void): Promise<DevCluster> {
  const [sqlFree, adminFree] = [await arePortsFree(host, sqlPorts), await arePortsFree(host, [adminPort])]
  if (!sqlFree) report(`Port ${sqlPorts.join(' or ')} is in use, so the nodes take other ports`)
  if (!adminFree) report(`Port ${adminPort} is in use, so the admin API takes another port`)
  report(`Starting a dev cluster with a node in each of ${regions.join(', ')}`)
  return DevCluster.start({
    host,
    regions,
    nodes: regions.length,
    port: sqlFree ? 26257 : 0,
    httpPort: adminFree ? adminPort : 0,
    onProgress: report,
  })
}
