import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import { OptionError } from '../../src/errors/option-error.js'
import { openDatabase } from '../fixture/database.js'

const cluster = await openDatabase({ keepAliveDelayMs: 7_000, max: 2 })

/**
 * What the kernel's timer of a connection of this process is set for, in milliseconds; undefined when it has none. On a connection where nothing is
 * under way, the only timer is that of keepalive. https://docs.kernel.org/networking/proc_net_tcp.html
 */
function keepAliveTimerMs(localPort: number): number | undefined {
  const port = localPort.toString(16).toUpperCase().padStart(4, '0')
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, local, , , , timer] = line.trim().split(/\s+/)
      if (local?.endsWith(`:${port}`) !== true) continue
      const [kind, ticks] = timer?.split(':') ?? []
      return kind === '02' ? Number.parseInt(ticks ?? '', 16) * 10 : undefined // in hundredths of a second
    }
  }
  throw new Error(`/proc/net/tcp has no connection from port ${localPort}`)
}

const noProc = process.platform === 'linux' ? '' : ' (needs /proc/net/tcp)'

it.skipIf(noProc !== '')(`the kernel is told to ask silent connections for a sign of life${noProc}`, async () => {
  const client = await cluster.pool.connect()
  await client.query('SELECT 1')
  const { stream } = cluster.pool.connections.clients.values().next().value?.connection ?? {}
  if (!(stream instanceof Socket) || stream.localPort === undefined) throw new Error('There is no socket')
  const timerMs = keepAliveTimerMs(stream.localPort)
  expect(timerMs).toBeGreaterThan(0)
  expect(timerMs).toBeLessThanOrEqual(7_000)
  client.release()
})

it('the delay is a number of milliseconds', () => {
  expect(() => new Cluster({ keepAliveDelayMs: -1 })).toThrow(OptionError)
})
