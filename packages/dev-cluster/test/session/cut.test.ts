import type { FrontendMessage } from '@cerci/wire'
import { describe, expect, it } from 'vitest'
import { frames, RawClient, startupBytes, statementMessages } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()
await cluster.useFreshDatabase()

const sync: FrontendMessage = { name: 'Sync' }

/** A session with something of everything. */
const script = Buffer.concat([
  startupBytes({ user: 'root', database: cluster.database }),
  frames(
    { name: 'Query', text: "SELECT 'ünïcode'; SELECT 2" },
    { name: 'Query', text: 'BEGIN' },
    ...statementMessages('SELECT $1::text', ['bound']),
    sync,
    { name: 'Query', text: 'SELECT nonsense' },
    ...statementMessages('SELECT 3'),
    sync,
    { name: 'Query', text: 'ROLLBACK' },
    ...statementMessages('SELECT n FROM generate_series(1, 2) AS n'),
    { name: 'Flush' },
    sync,
    { name: 'Terminate' },
  ),
])

/** What the server says of the session; keys differ each time. */
async function play(chunks: readonly Buffer[]): Promise<string[]> {
  const { host, port } = cluster.node(1)
  const client = await RawClient.open(host, port)
  for (const chunk of chunks) {
    // Waiting for each write keeps the chunks apart.
    await new Promise<void>(resolve => {
      client.socket.write(chunk, () => resolve())
    })
  }
  const said = summarize(await client.untilClosed())
  client.destroy()
  return said
}

describe('a session', () => {
  it('is the same, wherever what the client sends is cut', async () => {
    const whole = await play([script])
    expect(whole.filter(line => line.startsWith('ReadyForQuery'))).toHaveLength(8)
    expect(whole).toContain('DataRow bound')
    const cuts = Array.from({ length: script.length - 1 }, (_, at) => at + 1)
    const workers = Array.from({ length: 8 }, async () => {
      for (let at = cuts.pop(); at !== undefined; at = cuts.pop()) {
        expect(await play([script.subarray(0, at), script.subarray(at)])).toEqual(whole)
      }
    })
    await Promise.all(workers)
  })

  it('leaves nothing behind, wherever the client vanishes', async () => {
    for (let at = 0; at < script.length; at += 7) {
      const { host, port } = cluster.node(1)
      const client = await RawClient.open(host, port)
      await new Promise<void>(resolve => {
        client.socket.write(script.subarray(0, at), () => resolve())
      })
      client.socket.resetAndDestroy()
    }
    await expect.poll(() => cluster.gateway.sessions(), { timeout: 5000, interval: 20 }).toEqual([])
    await expect.poll(backends, { timeout: 5000, interval: 20 }).toBe(0)
    expect(cluster.log).toEqual([])
  })
})

async function backends(): Promise<number> {
  const [row] = await cluster.engine.query(
    cluster.database,
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'root'",
  )
  return Number(row?.['count'])
}
