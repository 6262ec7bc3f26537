import type { FrontendMessage } from '@cerci/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { statementMessages } from './raw-client.js'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()
await cluster.useFreshDatabase()

beforeEach(async () => {
  const client = await cluster.connect()
  await client.query('DROP TABLE IF EXISTS copied')
  await client.query('CREATE TABLE copied (id int8 PRIMARY KEY, name text)')
})

const copyData = (text: string): FrontendMessage => ({ name: 'CopyData', data: Buffer.from(text) })
const copyDone: FrontendMessage = { name: 'CopyDone' }
const sync: FrontendMessage = { name: 'Sync' }
const copyIn = 'COPY copied FROM STDIN'

describe('COPY FROM STDIN', () => {
  it('takes rows, however they are cut', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: copyIn })
    expect(summarize(await client.until('CopyInResponse'))).toEqual(['CopyInResponse'])
    client.send(copyData('1\tone\n2\tt'), copyData('wo\n'), copyData('3\tthree\n'), copyDone)
    expect(summarize(await client.untilReady())).toEqual(['CommandComplete COPY 3', 'ReadyForQuery I'])
  })

  it('takes data sent before it was asked for', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: copyIn }, copyData('1\tone\n'), copyDone, { name: 'Query', text: 'SELECT 5' })
    expect(summarize(await client.untilReady())).toEqual([
      'CopyInResponse',
      'CommandComplete COPY 1',
      'ReadyForQuery I',
    ])
    expect(summarize(await client.untilReady())).toContain('DataRow 5')
  })

  it('takes much data sent before it was asked for', async () => {
    const client = await cluster.connectRaw()
    const rows = Array.from({ length: 1000 }, (_, id) => copyData(`${id}\tx\n`))
    client.send({ name: 'Query', text: copyIn }, ...rows.slice(0, 500))
    await client.until('CopyInResponse')
    client.send(...rows.slice(500), copyDone)
    expect(summarize(await client.untilReady())).toEqual(['CommandComplete COPY 1000', 'ReadyForQuery I'])
  })

  it('works in the extended protocol', async () => {
    const client = await cluster.connectRaw()
    client.send(...statementMessages(copyIn), sync)
    expect(summarize(await client.until('CopyInResponse')).at(-1)).toBe('CopyInResponse')
    client.send(copyData('1\tone\n'), copyDone, sync)
    expect(summarize(await client.untilReady())).toEqual(['CommandComplete COPY 1', 'ReadyForQuery I'])
    expect(summarize(await client.query('SELECT name FROM copied'))).toContain('DataRow one')
  })

  it('tells of a bad row, drops the rest of the data, and goes on', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: copyIn })
    await client.until('CopyInResponse')
    client.send(copyData('nonsense\tone\n'))
    const answer = client.untilReady()
    for (let n = 0; n < 50; n++) client.send(copyData(`${n}\tx\n`))
    client.send(copyDone)
    expect(summarize(await answer)).toEqual([expect.stringContaining('ErrorResponse 22P02'), 'ReadyForQuery I'])
    expect(summarize(await client.query('SELECT count(*) FROM copied'))).toContain('DataRow 0')
  })

  it('tells of a bad row in the extended protocol, and goes on after Sync', async () => {
    const client = await cluster.connectRaw()
    client.send(...statementMessages(copyIn), sync)
    await client.until('CopyInResponse')
    client.send(copyData('nonsense\tone\n'), copyData('2\tx\n'), copyDone, sync)
    expect(summarize(await client.untilReady())).toEqual([
      expect.stringContaining('ErrorResponse 22P02'),
      'ReadyForQuery I',
    ])
    expect(summarize(await client.query('SELECT count(*) FROM copied'))).toContain('DataRow 0')
  })

  it('is given up by CopyFail', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: copyIn })
    await client.until('CopyInResponse')
    client.send(copyData('1\tone\n'), { name: 'CopyFail', message: 'changed my mind' })
    expect(summarize(await client.untilReady())).toEqual([
      expect.stringContaining('changed my mind'),
      'ReadyForQuery I',
    ])
  })

  it('takes much data, faster sent than read', async () => {
    const client = await cluster.connectRaw()
    client.send({ name: 'Query', text: copyIn })
    await client.until('CopyInResponse')
    const rows = 2000
    for (let id = 0; id < rows; id++) client.send(copyData(`${id}\t${'x'.repeat(2000)}\n`))
    client.send(copyDone)
    expect(summarize(await client.untilReady())).toEqual([`CommandComplete COPY ${rows}`, 'ReadyForQuery I'])
  })

  it('is part of a transaction, whose later conflicts are the client’s', async () => {
    const [client, other] = [await cluster.connectRaw(), await cluster.connectRaw()]
    await other.query("INSERT INTO copied VALUES (100, 'a')")
    await client.query('BEGIN')
    client.send({ name: 'Query', text: copyIn })
    await client.until('CopyInResponse')
    client.send(copyData('1\tone\n'), copyDone)
    expect(summarize(await client.untilReady())).toEqual(['CommandComplete COPY 1', 'ReadyForQuery T'])
    await other.query("UPDATE copied SET name = 'b' WHERE id = 100")
    expect(summarize(await client.query("UPDATE copied SET name = 'c' WHERE id = 100"))).toEqual([
      expect.stringContaining('ErrorResponse 40001'),
      'ReadyForQuery E',
    ])
    await client.query('ROLLBACK')
  })
})

describe('COPY TO STDOUT', () => {
  it('gives rows', async () => {
    const client = await cluster.connectRaw()
    await client.query("INSERT INTO copied VALUES (1, 'one'), (2, 'two')")
    const messages = await client.query('COPY copied TO STDOUT')
    expect(summarize(messages)).toEqual([
      'CopyOutResponse',
      'CopyData',
      'CopyData',
      'CopyDone',
      'CommandComplete COPY 2',
      'ReadyForQuery I',
    ])
    const data = messages.flatMap(message => (message.name === 'CopyData' ? Buffer.from(message.data).toString() : []))
    expect(data.join('')).toBe('1\tone\n2\ttwo\n')
  })
})
