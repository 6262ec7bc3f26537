import type { FrontendMessage } from '@cerci/wire'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawClient, statementMessages } from '../raw-client.js'
import { sessionCluster } from '../session-cluster.js'
import { summarize } from '../summarize.js'

const cluster = await sessionCluster()

beforeAll(async () => {
  await cluster.useFreshDatabase()
  const client = await cluster.connect()
  await client.query('CREATE TABLE t (id int8 PRIMARY KEY)')
})

/** Runs a statement by each protocol in turn, so that both are held to the same answers. */
type Ask = (client: RawClient, text: string) => Promise<string[]>

const protocols: readonly (readonly [string, Ask])[] = [
  ['simple', async (client, text) => summarize(await client.query(text))],
  [
    'extended',
    async (client, text) => {
      client.send(...statementMessages(text), { name: 'Sync' } satisfies FrontendMessage)
      const lines = summarize(await client.untilReady())
      return lines.filter(line => !/^(ParseComplete|BindComplete|NoData)$/.test(line))
    },
  ],
]

describe.each(protocols)('transactions in the %s protocol', (_name, ask) => {
  it('begin, commit and roll back', async () => {
    const client = await cluster.connectRaw()
    expect(await ask(client, 'BEGIN')).toEqual(['CommandComplete BEGIN', 'ReadyForQuery T'])
    expect(await ask(client, 'COMMIT')).toEqual(['CommandComplete COMMIT', 'ReadyForQuery I'])
    await ask(client, 'BEGIN')
    expect(await ask(client, 'ROLLBACK')).toEqual(['CommandComplete ROLLBACK', 'ReadyForQuery I'])
  })

  it('answer COMMIT of an aborted transaction with ROLLBACK', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    expect((await ask(client, 'SELECT nonsense')).at(-1)).toBe('ReadyForQuery E')
    expect(await ask(client, 'SELECT 1')).toEqual([expect.stringContaining('ErrorResponse 25P02'), 'ReadyForQuery E'])
    expect(await ask(client, 'COMMIT')).toEqual(['CommandComplete ROLLBACK', 'ReadyForQuery I'])
  })

  it('abort at BEGIN inside a transaction', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    expect(await ask(client, 'BEGIN')).toEqual([
      'ErrorResponse 25001 there is already a transaction in progress',
      'ReadyForQuery E',
    ])
    expect(await ask(client, 'SELECT 1')).toEqual([expect.stringContaining('ErrorResponse 25P02'), 'ReadyForQuery E'])
    expect(await ask(client, 'ROLLBACK')).toEqual(['CommandComplete ROLLBACK', 'ReadyForQuery I'])
  })

  it('warn at COMMIT and ROLLBACK outside of one; with autocommit_before_ddl off they are errors', async () => {
    const client = await cluster.connectRaw()
    const warning = 'NoticeResponse 25P01 there is no transaction in progress'
    expect(await ask(client, 'COMMIT')).toEqual([warning, 'CommandComplete COMMIT', 'ReadyForQuery I'])
    expect(await ask(client, 'ROLLBACK')).toEqual([warning, 'CommandComplete ROLLBACK', 'ReadyForQuery I'])
    const strict = await cluster.connectRaw({ parameters: { autocommit_before_ddl: 'off' } })
    for (const text of ['COMMIT', 'ROLLBACK']) {
      expect(await ask(strict, text)).toEqual([
        'ErrorResponse 25P01 there is no transaction in progress',
        'ReadyForQuery I',
      ])
    }
  })

  it('are committed before DDL, with a notice; the later COMMIT warns', async () => {
    const client = await cluster.connectRaw()
    const table = `ddl_${_name}`
    await ask(client, 'BEGIN')
    await ask(client, 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING')
    expect(await ask(client, `CREATE TABLE ${table} (id int8 PRIMARY KEY)`)).toEqual([
      'NoticeResponse 00000 auto-committing transaction before processing DDL due to autocommit_before_ddl setting',
      'CommandComplete CREATE TABLE',
      'ReadyForQuery I',
    ])
    expect((await ask(client, 'ROLLBACK')).at(-1)).toBe('ReadyForQuery I')
    expect(await ask(client, 'SELECT count(*) FROM t')).toContain('DataRow 1')
    await ask(client, 'DELETE FROM t')
  })

  it('warn at savepoints that come after DDL has ended them; with autocommit_before_ddl off they are errors', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT s')
    await ask(client, `CREATE TABLE savepoint_${_name} (id int8 PRIMARY KEY)`)
    const warning = 'NoticeResponse 25P01 there is no transaction in progress'
    for (const [text, tag] of [
      ['RELEASE SAVEPOINT s', 'RELEASE'],
      ['SAVEPOINT s', 'SAVEPOINT'],
      ['ROLLBACK TO SAVEPOINT s', 'ROLLBACK'],
      ['SAVEPOINT cockroach_restart', 'SAVEPOINT'],
      ['RELEASE SAVEPOINT cockroach_restart', 'RELEASE'],
    ] as const) {
      expect(await ask(client, text)).toEqual([warning, `CommandComplete ${tag}`, 'ReadyForQuery I'])
    }
    const strict = await cluster.connectRaw({ parameters: { autocommit_before_ddl: 'off' } })
    expect(await ask(strict, 'SAVEPOINT s')).toEqual([
      'ErrorResponse 25P01 there is no transaction in progress',
      'ReadyForQuery I',
    ])
  })

  it('keep DDL inside with autocommit_before_ddl off', async () => {
    const client = await cluster.connectRaw({ parameters: { autocommit_before_ddl: 'off' } })
    await ask(client, 'BEGIN')
    expect(await ask(client, 'CREATE TABLE inside (id int8 PRIMARY KEY)')).toEqual([
      'CommandComplete CREATE TABLE',
      'ReadyForQuery T',
    ])
    await ask(client, 'ROLLBACK')
    expect((await ask(client, 'SELECT * FROM inside'))[0]).toContain('ErrorResponse 42P01')
  })

  it('refuse SET CLUSTER SETTING', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    expect(await ask(client, 'SET CLUSTER SETTING server.max_connections_per_gateway = 6')).toEqual([
      'ErrorResponse 25001 SET CLUSTER SETTING cannot be used inside a multi-statement transaction',
      'ReadyForQuery E',
    ])
    await ask(client, 'ROLLBACK')
    expect(cluster.topology.setting('server.max_connections_per_gateway')).toBe('-1')
  })

  it('tell of their savepoints', async () => {
    const client = await cluster.connect()
    const savepoints = async () => (await client.query({ text: 'SHOW SAVEPOINT STATUS', rowMode: 'array' })).rows
    expect(await savepoints()).toEqual([])
    await client.query('BEGIN')
    await client.query('SAVEPOINT cockroach_restart')
    await client.query('SAVEPOINT a')
    expect(await savepoints()).toEqual([
      ['cockroach_restart', true],
      ['a', false],
    ])
    await client.query('ROLLBACK')
    expect(await savepoints()).toEqual([])
  })

  it('have savepoints, nested', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    await ask(client, 'INSERT INTO t VALUES (10)')
    expect(await ask(client, 'SAVEPOINT a')).toEqual(['CommandComplete SAVEPOINT', 'ReadyForQuery T'])
    await ask(client, 'INSERT INTO t VALUES (11)')
    await ask(client, 'SAVEPOINT b')
    expect((await ask(client, 'INSERT INTO t VALUES (10)')).at(-1)).toBe('ReadyForQuery E')
    expect(await ask(client, 'ROLLBACK TO SAVEPOINT a')).toEqual(['CommandComplete ROLLBACK', 'ReadyForQuery T'])
    expect(await ask(client, 'RELEASE SAVEPOINT a')).toEqual(['CommandComplete RELEASE', 'ReadyForQuery T'])
    expect((await ask(client, 'ROLLBACK TO SAVEPOINT a'))[0]).toContain('ErrorResponse 3B001')
    await ask(client, 'ROLLBACK')
  })
})

describe.each(protocols)('the cockroach_restart protocol, %s', (_name, ask) => {
  it('commits at RELEASE, and then takes only COMMIT', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    expect(await ask(client, 'SAVEPOINT cockroach_restart')).toEqual(['CommandComplete SAVEPOINT', 'ReadyForQuery T'])
    await ask(client, 'INSERT INTO t VALUES (20)')
    expect(await ask(client, 'RELEASE SAVEPOINT cockroach_restart')).toEqual([
      'CommandComplete RELEASE',
      'ReadyForQuery T',
    ])
    const other = await cluster.connectRaw()
    expect(await ask(other, 'SELECT count(*) FROM t WHERE id = 20')).toContain('DataRow 1')
    expect(await ask(client, 'SELECT 1')).toEqual([
      'ErrorResponse 25000 current transaction is committed, commands ignored until end of transaction block',
      'ReadyForQuery T',
    ])
    expect(await ask(client, 'COMMIT')).toEqual(['CommandComplete COMMIT', 'ReadyForQuery I'])
    await ask(client, 'DELETE FROM t')
  })

  it('starts again at ROLLBACK TO, with the same modes', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await ask(client, 'SAVEPOINT cockroach_restart')
    await ask(client, 'INSERT INTO t VALUES (21)')
    expect((await ask(client, 'INSERT INTO t VALUES (21)')).at(-1)).toBe('ReadyForQuery E')
    expect(await ask(client, 'ROLLBACK TO SAVEPOINT cockroach_restart')).toEqual([
      'CommandComplete ROLLBACK',
      'ReadyForQuery T',
    ])
    expect(await ask(client, 'SHOW transaction_isolation')).toContain('DataRow read committed')
    expect(await ask(client, 'SELECT count(*) FROM t')).toContain('DataRow 0')
    await ask(client, 'INSERT INTO t VALUES (22)')
    await ask(client, 'RELEASE SAVEPOINT cockroach_restart')
    await ask(client, 'COMMIT')
    expect(await ask(client, 'SELECT id FROM t')).toContain('DataRow 22')
    await ask(client, 'DELETE FROM t')
  })

  it('takes SET TRANSACTION after the savepoint, as TypeORM sends it, and keeps it over a restart', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'START TRANSACTION')
    await ask(client, 'SAVEPOINT cockroach_restart')
    expect(await ask(client, 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED')).toEqual([
      'CommandComplete SET',
      'ReadyForQuery T',
    ])
    await ask(client, 'SELECT 1')
    await ask(client, 'ROLLBACK TO SAVEPOINT cockroach_restart')
    expect(await ask(client, 'SHOW transaction_isolation')).toContain('DataRow read committed')
    await ask(client, 'ROLLBACK')
  })

  it('refuses the savepoint after other statements, its release after an error, and its names when it was not declared', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    await ask(client, 'SELECT 1')
    expect(await ask(client, 'SAVEPOINT cockroach_restart')).toEqual([
      'ErrorResponse 42601 SAVEPOINT "cockroach_restart" needs to be the first statement in a transaction',
      'ReadyForQuery E',
    ])
    expect((await ask(client, 'ROLLBACK TO SAVEPOINT cockroach_restart'))[0]).toContain('ErrorResponse 3B001')
    await ask(client, 'ROLLBACK')
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT cockroach_restart')
    await ask(client, 'SELECT nonsense')
    expect(await ask(client, 'RELEASE SAVEPOINT cockroach_restart')).toEqual([
      expect.stringContaining('ErrorResponse 25P02'),
      'ReadyForQuery E',
    ])
    await ask(client, 'ROLLBACK')
  })

  it('starts again when the savepoint is declared again after an error', async () => {
    const client = await cluster.connectRaw()
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT cockroach_restart')
    await ask(client, 'SELECT nonsense')
    expect(await ask(client, 'SAVEPOINT cockroach_restart')).toEqual(['CommandComplete SAVEPOINT', 'ReadyForQuery T'])
    expect(await ask(client, 'SELECT 1')).toContain('DataRow 1')
    await ask(client, 'ROLLBACK')
  })

  it('takes other names with force_savepoint_restart', async () => {
    const client = await cluster.connectRaw({ parameters: { force_savepoint_restart: 'on' } })
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT anything')
    await ask(client, 'INSERT INTO t VALUES (23)')
    await ask(client, 'RELEASE SAVEPOINT anything')
    expect((await ask(client, 'SELECT 1'))[0]).toContain('ErrorResponse 25000')
    await ask(client, 'COMMIT')
    await ask(client, 'DELETE FROM t')
  })
})

function injected(variable: string): string {
  return `ErrorResponse 40001 restart transaction: TransactionRetryWithProtoRefreshError: injected by \`${variable}\` session variable`
}

describe.each(protocols)('injected retry errors, %s', (_name, ask) => {
  it('fail every statement of a transaction but SET', async () => {
    const client = await cluster.connectRaw({ parameters: { inject_retry_errors_enabled: 'on' } })
    expect(await ask(client, 'SELECT 1')).toContain('DataRow 1')
    await ask(client, 'BEGIN')
    expect(await ask(client, "SET statement_timeout = '9s'")).toContain('CommandComplete SET')
    expect(await ask(client, 'SELECT 1')).toEqual([injected('inject_retry_errors_enabled'), 'ReadyForQuery E'])
    await ask(client, 'ROLLBACK')
  })

  it('stop after the third retry through cockroach_restart', async () => {
    const client = await cluster.connectRaw({ parameters: { inject_retry_errors_enabled: 'on' } })
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT cockroach_restart')
    for (let retry = 0; retry < 3; retry++) {
      expect(await ask(client, 'SELECT 1')).toEqual([injected('inject_retry_errors_enabled'), 'ReadyForQuery E'])
      await ask(client, 'ROLLBACK TO SAVEPOINT cockroach_restart')
    }
    expect(await ask(client, 'SELECT 1')).toContain('DataRow 1')
    await ask(client, 'RELEASE SAVEPOINT cockroach_restart')
    await ask(client, 'COMMIT')
  })

  it('come at COMMIT, and undo the transaction', async () => {
    const client = await cluster.connectRaw({ parameters: { inject_retry_errors_on_commit_enabled: 'on' } })
    await ask(client, 'BEGIN')
    await ask(client, 'INSERT INTO t VALUES (30)')
    expect(await ask(client, 'COMMIT')).toEqual([injected('inject_retry_errors_on_commit_enabled'), 'ReadyForQuery I'])
    expect(await ask(client, 'SELECT count(*) FROM t')).toContain('DataRow 0')
  })

  it('come at COMMIT only, not where RELEASE SAVEPOINT cockroach_restart has committed', async () => {
    const client = await cluster.connectRaw({ parameters: { inject_retry_errors_on_commit_enabled: 'on' } })
    await ask(client, 'BEGIN')
    await ask(client, 'SAVEPOINT cockroach_restart')
    await ask(client, 'INSERT INTO t VALUES (31)')
    expect(await ask(client, 'RELEASE SAVEPOINT cockroach_restart')).toContain('CommandComplete RELEASE')
    expect(await ask(client, 'COMMIT')).toContain('CommandComplete COMMIT')
    await ask(client, 'DELETE FROM t WHERE id = 31')
  })
})
