import { serializeStartup } from '@cerci/wire'
import { describe, expect, it } from 'vitest'
import { type RawClient } from '../session/raw-client.js'
import { sessionCluster } from '../session/session-cluster.js'
import { summarize } from '../session/summarize.js'

const cluster = await sessionCluster(3)

interface Key {
  readonly processId: number
  readonly secretKey: number
}

async function connectWithKey(node: number): Promise<{ client: RawClient; key: Key }> {
  const client = await cluster.openRaw(node)
  const greeting = await client.start({ user: 'root', database: 'defaultdb' })
  const key = greeting.find(message => message.name === 'BackendKeyData')
  if (key === undefined) throw new Error('no BackendKeyData')
  return { client, key }
}

async function sendCancel(node: number, key: Key): Promise<void> {
  const client = await cluster.openRaw(node)
  client.socket.write(serializeStartup({ ...key, name: 'CancelRequest' }))
  expect(await client.untilClosed()).toEqual([])
}

async function untilSleeping(): Promise<void> {
  const sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
  await expect.poll(() => cluster.engine.query('defaultdb', sleeping), { interval: 5 }).toEqual([{ count: '1' }])
}

describe('a CancelRequest', () => {
  it.each([1, 2, 3])('to node 1 or another (%i) cancels the query of a session on node 1', async node => {
    const { client, key } = await connectWithKey(1)
    client.send({ name: 'Query', text: 'SELECT pg_sleep(60)' })
    await untilSleeping()
    await sendCancel(node, key)
    expect(summarize(await client.untilReady())).toEqual([
      'RowDescription',
      expect.stringContaining('ErrorResponse 57014'),
      'ReadyForQuery I',
    ])
    expect(summarize(await client.query('SELECT 1'))).toContain('DataRow 1')
  })

  it('with a wrong secret, or of a session that is gone, does nothing', async () => {
    const { client, key } = await connectWithKey(1)
    client.send({ name: 'Query', text: 'SELECT pg_sleep(0.2)' })
    await untilSleeping()
    await sendCancel(1, { ...key, secretKey: key.secretKey ^ 1 })
    await sendCancel(1, { ...key, processId: key.processId + 1 })
    expect(summarize(await client.untilReady())).toContain('CommandComplete SELECT 1')
  })

  it('to an idle session does not strike its next query', async () => {
    const { client, key } = await connectWithKey(1)
    await sendCancel(2, key)
    expect(summarize(await client.query('SELECT 1'))).toContain('DataRow 1')
  })

  it('ends the retries of a lone statement', async () => {
    const [holder, waiter] = [await cluster.connect(), await connectWithKey(2)]
    await holder.query('CREATE TABLE held (id int8 PRIMARY KEY)')
    await holder.query('INSERT INTO held VALUES (1)')
    await holder.query('BEGIN')
    await holder.query('UPDATE held SET id = id')
    waiter.client.send({ name: 'Query', text: 'UPDATE held SET id = id' })
    const blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    await expect.poll(() => cluster.engine.query('defaultdb', blocked)).toEqual([{ count: '1' }])
    await sendCancel(3, waiter.key)
    expect(summarize(await waiter.client.untilReady())).toEqual([
      expect.stringContaining('ErrorResponse 57014'),
      'ReadyForQuery I',
    ])
    await holder.query('ROLLBACK')
  })
})
