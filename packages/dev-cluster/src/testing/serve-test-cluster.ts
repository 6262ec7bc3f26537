/**
 * The program behind `startTestCluster()`: a dev cluster that says where it is in one line of JSON, and stops when its standard
 * input ends, which it does at the latest when the process that wanted it is gone.
 */
import { once } from 'node:events'
import { DevCluster } from '../dev-cluster.js'
import type { DevClusterOptions } from '../dev-cluster-options.js'

// Ctrl-C reaches the whole group; the cluster must outlast the tests that use it.
process.on('SIGINT', () => undefined)
try {
  const options: DevClusterOptions = JSON.parse(process.argv[2] ?? '{}')
  const cluster = await DevCluster.start(options)
  process.stdout.write(`${JSON.stringify({ url: cluster.url, adminUrl: cluster.adminUrl })}\n`)
  process.stdin.resume()
  const error = await Promise.race([once(process.stdin, 'close').then(() => undefined), cluster.ended])
  await cluster.stop()
  if (error) throw error
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
