import { describe, expect, it } from 'vitest'
import { frames } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()

const garbage: readonly (readonly [string, Buffer])[] = [
  ['an unknown message', Buffer.from([0x21, 0, 0, 0, 4])],
  ['a length below the smallest', Buffer.from([0x51, 0, 0, 0, 3])],
  ['a negative length', Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff])],
  ['a message above the limit', Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff])],
  ['a text without an end', Buffer.from([0x51, 0, 0, 0, 6, 0x41, 0x42])],
  ['bytes after the end of a text', Buffer.from([0x51, 0, 0, 0, 7, 0x41, 0, 0x42])],
  ['a Describe of neither statement nor portal', Buffer.from([0x44, 0, 0, 0, 6, 0x58, 0])],
  ['a Bind that ends in its names', Buffer.from([0x42, 0, 0, 0, 5, 0x41])],
  ['a StartupMessage in the middle', Buffer.from([0, 0, 0, 8, 0, 3, 0, 0])],
]

describe('a malformed message', () => {
  it.each(garbage)('%s ends the connection with FATAL 08P01, and no other', async (_name, bytes) => {
    const bystander = await cluster.connectRaw()
    const client = await cluster.connectRaw()
    client.socket.write(bytes)
    const said = await client.untilClosed()
    expect(said).toHaveLength(1)
    expect(said[0]).toMatchObject({ name: 'ErrorResponse' })
    const fields = said[0]?.name === 'ErrorResponse' ? said[0].fields : new Map<string, string>()
    expect([fields.get('S'), fields.get('C')]).toEqual(['FATAL', '08P01'])
    expect(summarize(await bystander.query('SELECT 1'))).toContain('DataRow 1')
  })

  it('before startup gets the same answer', async () => {
    const client = await cluster.openRaw()
    client.socket.write('SELECT 1;\n')
    expect(summarize(await client.untilClosed())).toEqual([expect.stringContaining('ErrorResponse 08P01')])
  })

  it('that PostgreSQL finds is an ordinary error', async () => {
    const client = await cluster.connectRaw()
    const bind = Buffer.from([0x42, 0, 0, 0, 12, 0, 0, 0, 1, 0, 9, 0, 0])
    client.socket.write(Buffer.concat([bind, frames({ name: 'Sync' })]))
    expect(summarize(await client.untilReady())).toEqual([
      expect.stringMatching(/^ErrorResponse (08P01|26000|22023)/),
      'ReadyForQuery I',
    ])
  })

  it('takes a transaction with it', async () => {
    const client = await cluster.connectRaw()
    await client.query('BEGIN')
    client.socket.write(garbage[0]?.[1] ?? '')
    await client.untilClosed()
    await expect.poll(() => cluster.gateway.sessions()).toEqual([])
  })
})
