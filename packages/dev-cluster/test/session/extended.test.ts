import type { FrontendMessage } from '@cerci/wire'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawClient, statementMessages } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()
const sync: FrontendMessage = { name: 'Sync' }
const flush: FrontendMessage = { name: 'Flush' }

beforeAll(async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE TABLE items (id int8 PRIMARY KEY, name text)')
  await client.query("INSERT INTO items SELECT n, 'item ' || n FROM generate_series(1, 10) AS n")
})

async function answer(client: RawClient, ...messages: FrontendMessage[]): Promise<string[]> {
  client.send(...messages)
  return summarize(await client.untilReady())
}

const bind = (statement: string, value: string, portal = ''): FrontendMessage => ({
  name: 'Bind',
  portal,
  statement,
  parameterFormats: [],
  values: [Buffer.from(value)],
  resultFormats: [],
})
const execute = (portal = '', maxRows = 0): FrontendMessage => ({ name: 'Execute', portal, maxRows })
const parse = (statement: string, text: string): FrontendMessage => ({
  name: 'Parse',
  statement,
  text,
  parameterTypes: [20],
})
const byId = 'SELECT name FROM items WHERE id = $1'

describe('the extended protocol', () => {
  it('prepares, binds, describes and executes', async () => {
    const client = await cluster.connectRaw()
    expect(await answer(client, ...statementMessages(byId, ['3']), sync)).toEqual([
      'ParseComplete',
      'BindComplete',
      'RowDescription',
      'DataRow item 3',
      'CommandComplete SELECT 1',
      'ReadyForQuery I',
    ])
  })

  it('keeps named statements, describes them and closes them', async () => {
    const client = await cluster.connectRaw()
    expect(await answer(client, parse('one', byId), { name: 'Describe', kind: 'S', object: 'one' }, sync)).toEqual([
      'ParseComplete',
      'ParameterDescription',
      'RowDescription',
      'ReadyForQuery I',
    ])
    for (const id of ['1', '2']) {
      expect(await answer(client, bind('one', id), execute(), sync)).toContain(`DataRow item ${id}`)
    }
    expect(await answer(client, parse('one', byId), sync)).toEqual([
      expect.stringContaining('ErrorResponse 42P05'),
      'ReadyForQuery I',
    ])
    expect(await answer(client, bind('one', '3'), execute(), sync)).toContain('DataRow item 3')
    await answer(client, { name: 'Close', kind: 'S', object: 'one' }, sync)
    expect(await answer(client, bind('one', '1'), execute(), sync)).toEqual([
      expect.stringContaining('ErrorResponse 26000'),
      'ReadyForQuery I',
    ])
  })

  it('keeps the unnamed statement from one batch to the next, as drivers that describe first need it', async () => {
    const client = await cluster.connectRaw()
    await answer(client, parse('', byId), { name: 'Describe', kind: 'S', object: '' }, sync)
    expect(await answer(client, bind('', '4'), execute(), sync)).toContain('DataRow item 4')
  })

  it('answers pipelined batches in order, each with its ReadyForQuery', async () => {
    const client = await cluster.connectRaw()
    const ids = Array.from({ length: 200 }, (_, at) => String((at % 10) + 1))
    client.send(...ids.flatMap(id => [...statementMessages(byId, [id]), sync]))
    for (const id of ids) expect(summarize(await client.untilReady())).toContain(`DataRow item ${id}`)
  })

  it('drops what follows an error up to Sync, and runs the next batch', async () => {
    const client = await cluster.connectRaw()
    client.send(...statementMessages('SELECT 1/$1::int4', ['0']), ...statementMessages(byId, ['1']), sync)
    client.send(...statementMessages(byId, ['2']), sync)
    expect(summarize(await client.untilReady()).slice(-2)).toEqual([
      expect.stringContaining('ErrorResponse 22012'),
      'ReadyForQuery I',
    ])
    expect(summarize(await client.untilReady())).toContain('DataRow item 2')
  })

  it('runs a batch as one implicit transaction', async () => {
    const client = await cluster.connectRaw()
    const insert = "INSERT INTO items VALUES (100, 'gone')"
    await answer(client, ...statementMessages(insert), ...statementMessages('SELECT 1/$1::int4', ['0']), sync)
    expect(await answer(client, ...statementMessages(byId, ['100']), sync)).toContain('CommandComplete SELECT 0')
  })

  it('answers at Flush, and keeps the implicit transaction until Sync', async () => {
    const client = await cluster.connectRaw()
    client.send(...statementMessages("INSERT INTO items VALUES (101, 'flushed')"), flush)
    expect(summarize(await client.until('CommandComplete'))).toContain('CommandComplete INSERT 0 1')
    const other = await cluster.connectRaw()
    expect(await answer(other, ...statementMessages(byId, ['101']), sync)).toContain('CommandComplete SELECT 0')
    expect(await answer(client, sync)).toEqual(['ReadyForQuery I'])
    expect(await answer(other, ...statementMessages(byId, ['101']), sync)).toContain('DataRow flushed')
  })

  it('reads a portal in parts, as pg-cursor does', async () => {
    const client = await cluster.connectRaw()
    client.send(parse('', 'SELECT id FROM items WHERE id <= $1 ORDER BY id'), bind('', '5'), {
      name: 'Describe',
      kind: 'P',
      object: '',
    })
    client.send(execute('', 2), flush)
    const first = summarize(await client.until('PortalSuspended'))
    expect(first.slice(-3)).toEqual(['DataRow 1', 'DataRow 2', 'PortalSuspended'])
    client.send(execute('', 2), flush)
    expect(summarize(await client.until('PortalSuspended'))).toEqual(['DataRow 3', 'DataRow 4', 'PortalSuspended'])
    client.send(execute('', 2), { name: 'Close', kind: 'P', object: '' }, sync)
    expect(summarize(await client.untilReady())).toEqual([
      'DataRow 5',
      'CommandComplete SELECT 1',
      'CloseComplete',
      'ReadyForQuery I',
    ])
  })

  it('skips to Sync after an error in a flushed batch, also past further batches', async () => {
    const client = await cluster.connectRaw()
    client.send(...statementMessages('SELECT 1/$1::int4', ['0']), flush)
    expect(summarize(await client.until('ErrorResponse')).at(-1)).toContain('ErrorResponse 22012')
    client.send(...statementMessages(byId, ['1']), flush, { name: 'Query', text: 'SELECT 2' })
    client.send(...statementMessages(byId, ['2']), sync)
    expect(summarize(await client.untilReady())).toEqual(['ReadyForQuery I'])
    expect(summarize(await client.query('SELECT 3'))).toContain('DataRow 3')
  })

  it('refuses a statement between two reads of a portal, as CockroachDB does', async () => {
    const client = await cluster.connectRaw()
    await client.query('BEGIN')
    const all = 'SELECT id FROM items WHERE id <= $1 ORDER BY id'
    await answer(client, parse('all', all), bind('all', '5', 'cursor'), execute('cursor', 2), sync)
    expect(await answer(client, execute('cursor', 1), sync)).toEqual([
      'DataRow 3',
      'PortalSuspended',
      'ReadyForQuery T',
    ])
    expect(await answer(client, ...statementMessages('SELECT 1'), sync)).toEqual([
      'ErrorResponse 0A000 unimplemented: multiple active portals not supported',
      'ReadyForQuery E',
    ])
    await client.query('ROLLBACK')
    const allowed = await cluster.connectRaw({ parameters: { multiple_active_portals_enabled: 'on' } })
    await allowed.query('BEGIN')
    await answer(allowed, parse('all', all), bind('all', '5', 'cursor'), execute('cursor', 2), sync)
    expect(await answer(allowed, ...statementMessages('SELECT 1'), sync)).toContain('DataRow 1')
    expect(await answer(allowed, execute('cursor', 0), sync)).toContain('CommandComplete SELECT 3')
  })

  it('lets other statements run when the portal is closed, and COMMIT in any case', async () => {
    const client = await cluster.connectRaw()
    await client.query('BEGIN')
    const all = 'SELECT id FROM items WHERE id <= $1 ORDER BY id'
    await answer(client, parse('all', all), bind('all', '5', 'cursor'), execute('cursor', 2), sync)
    await answer(client, { name: 'Close', kind: 'P', object: 'cursor' }, sync)
    expect(await answer(client, ...statementMessages('SELECT 1'), sync)).toContain('DataRow 1')
    await answer(client, bind('all', '5', 'cursor'), execute('cursor', 2), sync)
    expect(summarize(await client.query('COMMIT'))).toEqual(['CommandComplete COMMIT', 'ReadyForQuery I'])
  })

  it('gives a prepared statement the meaning of the moment at which it is bound', async () => {
    const client = await cluster.connectRaw()
    const bare: FrontendMessage = {
      name: 'Bind',
      portal: '',
      statement: 'live',
      parameterFormats: [],
      values: [],
      resultFormats: [],
    }
    const text = 'SHOW CLUSTER SETTING server.max_connections_per_gateway'
    await answer(client, { name: 'Parse', statement: 'live', text, parameterTypes: [] }, sync)
    expect(await answer(client, bare, execute(), sync)).toContain('DataRow -1')
    cluster.topology.setSetting('server.max_connections_per_gateway', '77')
    expect(await answer(client, bare, execute(), sync)).toEqual([
      'BindComplete',
      'DataRow 77',
      'CommandComplete SHOW 1',
      'ReadyForQuery I',
    ])
    cluster.topology.setSetting('server.max_connections_per_gateway', 'default')
    expect(await answer(client, bare, execute(), sync)).toContain('DataRow -1')
  })

  it('forgets statements with DISCARD ALL', async () => {
    const client = await cluster.connectRaw()
    await answer(client, parse('one', byId), sync)
    await client.query('DISCARD ALL')
    expect((await answer(client, bind('one', '1'), execute(), sync))[0]).toContain('ErrorResponse 26000')
    expect(await answer(client, parse('one', byId), sync)).toEqual(['ParseComplete', 'ReadyForQuery I'])
  })

  it('refuses a prepared statement of several statements', async () => {
    const client = await cluster.connectRaw()
    expect(await answer(client, ...statementMessages('SELECT 1; SELECT 2'), sync)).toEqual([
      'ErrorResponse 42P14 prepared statement had 2 statements, expected 1',
      'ReadyForQuery I',
    ])
  })

  it('refuses function calls of the protocol', async () => {
    const client = await cluster.connectRaw()
    const call: FrontendMessage = {
      name: 'FunctionCall',
      functionOid: 1,
      argumentFormats: [],
      values: [],
      resultFormat: 0,
    }
    expect(await answer(client, call)).toEqual([
      'ErrorResponse 0A000 unimplemented: function calls of the wire protocol',
      'ReadyForQuery I',
    ])
  })

  it('answers an empty text and a lone Sync', async () => {
    const client = await cluster.connectRaw()
    expect(await answer(client, ...statementMessages(''), sync)).toEqual([
      'ParseComplete',
      'BindComplete',
      'NoData',
      'EmptyQueryResponse',
      'ReadyForQuery I',
    ])
    expect(await answer(client, sync)).toEqual(['ReadyForQuery I'])
  })

  it('works in a pipeline that begins and commits a transaction', async () => {
    const client = await cluster.connectRaw()
    const insert = "INSERT INTO items VALUES (102, 'pipelined')"
    const messages = ['BEGIN', insert, 'COMMIT'].flatMap(text => statementMessages(text))
    const lines = await answer(client, ...messages, sync)
    expect(lines.filter(line => line.startsWith('CommandComplete'))).toEqual([
      'CommandComplete BEGIN',
      'CommandComplete INSERT 0 1',
      'CommandComplete COMMIT',
    ])
    expect(lines.at(-1)).toBe('ReadyForQuery I')
    expect(await answer(client, ...statementMessages(byId, ['102']), sync)).toContain('DataRow pipelined')
  })
})
