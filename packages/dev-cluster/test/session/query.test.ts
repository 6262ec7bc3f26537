import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'
import { summarize } from './summarize.js'

const cluster = await sessionCluster()

beforeAll(async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE TABLE numbers (n int8 PRIMARY KEY)')
})

describe('a simple query', () => {
  it('answers each of its statements', async () => {
    const client = await cluster.connectRaw()
    expect(summarize(await client.query('SELECT 1; SELECT 2'))).toEqual([
      'RowDescription',
      'DataRow 1',
      'CommandComplete SELECT 1',
      'RowDescription',
      'DataRow 2',
      'CommandComplete SELECT 1',
      'ReadyForQuery I',
    ])
  })

  it('is one implicit transaction', async () => {
    const client = await cluster.connectRaw()
    expect(summarize(await client.query('INSERT INTO numbers VALUES (1); SELECT 1/0::int4')).slice(1)).toEqual([
      expect.stringContaining('ErrorResponse 22012'),
      'ReadyForQuery I',
    ])
    expect(summarize(await client.query('SELECT count(*) FROM numbers'))).toContain('DataRow 0')
  })

  it('can begin a transaction with what came before BEGIN in it, and roll it back', async () => {
    const client = await cluster.connectRaw()
    const begun = summarize(await client.query('INSERT INTO numbers VALUES (2); BEGIN; INSERT INTO numbers VALUES (3)'))
    expect(begun).toEqual([
      'CommandComplete INSERT 0 1',
      'CommandComplete BEGIN',
      'CommandComplete INSERT 0 1',
      'ReadyForQuery T',
    ])
    expect(
      summarize(await client.query('SELECT count(*) FROM numbers; ROLLBACK; SELECT count(*) FROM numbers')),
    ).toEqual([
      'RowDescription',
      'DataRow 2',
      'CommandComplete SELECT 1',
      'CommandComplete ROLLBACK',
      'RowDescription',
      'DataRow 0',
      'CommandComplete SELECT 1',
      'ReadyForQuery I',
    ])
  })

  it('can run a whole transaction', async () => {
    const client = await cluster.connectRaw()
    const lines = summarize(await client.query('BEGIN; INSERT INTO numbers VALUES (4); COMMIT; SELECT n FROM numbers'))
    expect(lines).toEqual([
      'CommandComplete BEGIN',
      'CommandComplete INSERT 0 1',
      'CommandComplete COMMIT',
      'RowDescription',
      'DataRow 4',
      'CommandComplete SELECT 1',
      'ReadyForQuery I',
    ])
  })

  it('stops at the first error inside a transaction, which then is aborted', async () => {
    const client = await cluster.connectRaw()
    await client.query('BEGIN')
    expect(summarize(await client.query('SELECT 1; SELECT 1/0::int4; SELECT 2')).slice(3)).toEqual([
      expect.stringContaining('ErrorResponse 22012'),
      'ReadyForQuery E',
    ])
    expect(summarize(await client.query('SELECT 1'))).toEqual([
      expect.stringContaining('ErrorResponse 25P02'),
      'ReadyForQuery E',
    ])
    expect(summarize(await client.query('COMMIT'))).toEqual(['CommandComplete ROLLBACK', 'ReadyForQuery I'])
  })

  it('commits each DDL statement by itself, with what came before it', async () => {
    const client = await cluster.connectRaw()
    const lines = summarize(
      await client.query('CREATE TABLE first_of_two (a int8 PRIMARY KEY); CREATE TABLE broken (a nonsense)'),
    )
    expect(lines.map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'CommandComplete CREATE',
      'ErrorResponse 42704',
      'ReadyForQuery I',
    ])
    expect(summarize(await client.query('SELECT count(*) FROM first_of_two'))).toContain('DataRow 0')
  })

  it('answers an empty text', async () => {
    const client = await cluster.connectRaw()
    expect(summarize(await client.query(' ; '))).toEqual(['EmptyQueryResponse', 'ReadyForQuery I'])
  })

  it('passes notices on', async () => {
    const client = await cluster.connectRaw()
    const lines = summarize(await client.query("DO $$ BEGIN RAISE NOTICE 'look'; END $$"))
    expect(lines).toEqual(['NoticeResponse 00000 look', 'CommandComplete DO', 'ReadyForQuery I'])
  })

  it('tells of parameters that change, and of no others', async () => {
    const client = await cluster.connectRaw()
    expect(summarize(await client.query("SET application_name = 'renamed'"))).toContain(
      'ParameterStatus application_name=renamed',
    )
    expect(summarize(await client.query('SET search_path = public'))).toEqual([
      'CommandComplete SET',
      'ReadyForQuery I',
    ])
  })
})
