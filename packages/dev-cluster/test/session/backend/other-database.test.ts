import type { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { statementMessages } from '../raw-client.js'
import { sessionCluster } from '../session-cluster.js'
import { summarize } from '../summarize.js'

const cluster = await sessionCluster(3)

beforeAll(async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE shop; CREATE DATABASE "Odd one"')
  await client.query('USE shop')
  await client.query(`CREATE TABLE goods (id INT PRIMARY KEY, name STRING(9), INDEX by_name (name)); CREATE SCHEMA back;
    CREATE TABLE back.shelves (id INT PRIMARY KEY); CREATE SEQUENCE numbers; CREATE TYPE mood AS ENUM ('fine')`)
  await client.query('USE defaultdb')
  await client.query('CREATE TABLE own (id INT PRIMARY KEY)')
})

async function rows(client: Client, text: string): Promise<unknown[]> {
  return (await client.query<Record<string, unknown>>(text)).rows
}

describe('SHOW of another database', () => {
  it.each([
    ['SHOW TABLES FROM shop', 'SHOW TABLES'],
    ['SHOW TABLES FROM shop.back', 'SHOW TABLES FROM back'],
    ['SHOW SCHEMAS FROM shop', 'SHOW SCHEMAS'],
    ['SHOW SEQUENCES FROM shop', 'SHOW SEQUENCES'],
    ['SHOW ENUMS FROM shop', 'SHOW ENUMS'],
    ['SHOW CREATE TABLE shop.public.goods', 'SHOW CREATE TABLE goods'],
    ['SHOW CREATE TABLE shop.goods', 'SHOW CREATE TABLE goods'],
    ['SHOW CREATE DATABASE shop', 'SHOW CREATE DATABASE shop'],
    ['SHOW COLUMNS FROM shop.goods', 'SHOW COLUMNS FROM goods'],
    ['SHOW INDEXES FROM DATABASE shop', 'SHOW INDEXES FROM DATABASE shop'],
    ['SHOW INDEXES FROM shop.public.goods', 'SHOW INDEXES FROM goods'],
    ['SHOW CONSTRAINTS FROM shop.goods', 'SHOW CONSTRAINTS FROM goods'],
    ['SHOW RANGES FROM DATABASE shop', 'SHOW RANGES FROM DATABASE shop'],
    ['SHOW RANGES FROM INDEX shop.goods@by_name', 'SHOW RANGES FROM INDEX goods@by_name'],
    ['SHOW ZONE CONFIGURATION FOR DATABASE shop', 'SHOW ZONE CONFIGURATION FOR DATABASE shop'],
    ['SHOW ZONE CONFIGURATION FROM TABLE shop.goods', 'SHOW ZONE CONFIGURATION FROM TABLE goods'],
    ['SHOW GRANTS ON DATABASE shop', 'SHOW GRANTS ON DATABASE shop'],
    ['SHOW GRANTS ON TABLE shop.goods', 'SHOW GRANTS ON TABLE goods'],
    ['SELECT count(*) FROM [SHOW TABLES FROM shop]', 'SELECT count(*) FROM [SHOW TABLES]'],
    ['WITH t AS (SHOW TABLES FROM shop) SELECT table_name FROM t', 'WITH t AS (SHOW TABLES) SELECT table_name FROM t'],
  ])('%s', async (elsewhere, there) => {
    const [away, inside] = [await cluster.connect(), await cluster.connect({ database: 'shop' })]
    const shown = await rows(away, elsewhere)
    expect(shown.length).toBeGreaterThan(0)
    expect(shown).toEqual(await rows(inside, there))
    expect(await rows(away, 'SHOW database')).toEqual([{ database: 'defaultdb' }])
  })

  it('sees what was made there a moment ago', async () => {
    const [away, inside] = [await cluster.connect(), await cluster.connect({ database: 'shop' })]
    await rows(away, 'SHOW TABLES FROM shop')
    await inside.query('CREATE TABLE fresh (id INT PRIMARY KEY)')
    expect(await rows(away, 'SELECT table_name FROM [SHOW CREATE TABLE shop.fresh]')).toEqual([{ table_name: 'fresh' }])
    await inside.query('DROP TABLE fresh')
    await expect(away.query('SHOW CREATE TABLE shop.fresh')).rejects.toMatchObject({ code: '42P01' })
  })

  it('can be prepared, described, and executed again in later batches', async () => {
    const client = await cluster.connect()
    const prepared = { name: 'created', text: 'SHOW CREATE TABLE shop.goods' }
    const first = await client.query<Record<string, unknown>>(prepared)
    const second = await client.query<Record<string, unknown>>(prepared)
    expect(first.rows).toMatchObject([{ table_name: 'goods' }])
    expect(second.rows).toEqual(first.rows)
    await client.query('USE shop')
    expect((await client.query<Record<string, unknown>>(prepared)).rows).toEqual(first.rows)
  })

  it('can be prepared in one round trip and executed in the next, as JDBC and pgx do', async () => {
    const raw = await cluster.connectRaw()
    raw.send(
      { name: 'Parse', statement: 's', text: 'SHOW CREATE TABLE shop.goods', parameterTypes: [] },
      { name: 'Describe', kind: 'S', object: 's' },
      { name: 'Sync' },
    )
    expect(summarize(await raw.untilReady())).toEqual(
      expect.arrayContaining([expect.stringContaining('RowDescription'), expect.stringContaining('ReadyForQuery')]),
    )
    raw.send(
      { name: 'Bind', portal: '', statement: 's', parameterFormats: [], values: [], resultFormats: [] },
      { name: 'Execute', portal: '', maxRows: 0 },
      { name: 'Sync' },
    )
    const names = (await raw.untilReady()).map(({ name }) => name)
    expect(names).toEqual(['BindComplete', 'DataRow', 'CommandComplete', 'ReadyForQuery'])
  })

  it('stands among other statements of a batch', async () => {
    const raw = await cluster.connectRaw()
    raw.send(
      ...statementMessages('INSERT INTO own VALUES (1)'),
      ...statementMessages('SHOW TABLES FROM shop.back'),
      ...statementMessages('SELECT id FROM own'),
      { name: 'Sync' },
    )
    const tags = (await raw.untilReady()).flatMap(message => (message.name === 'CommandComplete' ? [message.tag] : []))
    expect(tags).toEqual(['INSERT 0 1', 'SHOW 1', 'SELECT 1'])
    const client = await cluster.connect()
    const results = await client.query('BEGIN; DELETE FROM own; SHOW TABLES FROM shop.back; COMMIT')
    expect(results).toMatchObject([{ command: 'BEGIN' }, { rowCount: 1 }, { rowCount: 1 }, { command: 'COMMIT' }])
    expect(await rows(client, 'SELECT id FROM own')).toEqual([])
  })

  it('that fails aborts the transaction it is in', async () => {
    const client = await cluster.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO own VALUES (2)')
    await expect(client.query('SHOW CREATE TABLE shop.nothing')).rejects.toMatchObject({ code: '42P01' })
    await expect(client.query('SHOW TABLES FROM shop')).rejects.toMatchObject({ code: '25P02' })
    expect((await client.query('COMMIT')).command).toBe('ROLLBACK')
    expect(await rows(client, 'SELECT id FROM own')).toEqual([])
  })

  it('of a database, schema or table that is not there says so', async () => {
    const client = await cluster.connect()
    await expect(client.query('SHOW TABLES FROM nowhere')).rejects.toMatchObject({ code: '3F000' })
    await expect(client.query('SHOW TABLES FROM shop.nowhere')).rejects.toMatchObject({ code: '3F000' })
    await expect(client.query('SHOW RANGES FROM DATABASE nowhere')).rejects.toMatchObject({ code: '3D000' })
  })

  it('a name with a schema of the session’s own database comes first', async () => {
    const client = await cluster.connect()
    await client.query('CREATE SCHEMA "Odd one"')
    await client.query('CREATE TABLE "Odd one".inside (id INT PRIMARY KEY)')
    expect(await rows(client, 'SELECT table_name FROM [SHOW TABLES FROM "Odd one"]')).toEqual([
      { table_name: 'inside' },
    ])
    await client.query('DROP SCHEMA "Odd one" CASCADE')
    expect(await rows(client, 'SELECT table_name FROM [SHOW TABLES FROM "Odd one"]')).toEqual([])
  })

  it('is not joined with anything of the session’s own', async () => {
    const client = await cluster.connect()
    for (const text of ['SELECT * FROM own, [SHOW TABLES FROM shop]', 'SELECT * FROM own JOIN shop.goods USING (id)'])
      await expect(client.query(text)).rejects.toMatchObject({ code: '0A000' })
  })
})

describe('statements that change another database', () => {
  it('regions and survival goals', async () => {
    const client = await cluster.connect()
    await client.query('CREATE DATABASE wide')
    await client.query('ALTER DATABASE wide PRIMARY REGION "region-1"')
    await client.query('ALTER DATABASE wide ADD REGION "region-2"; ALTER DATABASE wide ADD REGION "region-3"')
    await client.query('ALTER DATABASE wide SURVIVE REGION FAILURE')
    await expect(client.query('ALTER DATABASE wide DROP REGION "region-3"')).rejects.toMatchObject({ code: '22023' })
    await client.query('ALTER DATABASE wide SURVIVE ZONE FAILURE')
    await client.query('ALTER DATABASE wide DROP REGION "region-3"')
    expect(await rows(client, 'SELECT region FROM [SHOW REGIONS FROM DATABASE wide]')).toEqual([
      { region: 'region-1' },
      { region: 'region-2' },
    ])
    const there = await cluster.connect({ database: 'wide' })
    expect(await rows(there, 'SELECT unnest(enum_range(NULL::crdb_internal_region))::STRING AS region')).toEqual([
      { region: 'region-1' },
      { region: 'region-2' },
    ])
    expect(await rows(client, "SELECT description FROM [SHOW JOBS] WHERE description LIKE '%wide%DROP%'")).toHaveLength(
      1,
    )
  })

  it('zone configurations of the database, a table and an index', async () => {
    const client = await cluster.connect()
    await client.query('ALTER DATABASE shop CONFIGURE ZONE USING gc.ttlseconds = 700')
    await client.query('ALTER TABLE shop.goods CONFIGURE ZONE USING gc.ttlseconds = 70')
    await client.query('ALTER INDEX shop.goods@by_name CONFIGURE ZONE USING gc.ttlseconds = 7')
    const there = await cluster.connect({ database: 'shop' })
    const zone = async (of: string): Promise<unknown> =>
      rows(
        there,
        `SELECT substring(raw_config_sql, 'ttlseconds = (\\d+)') AS ttl FROM [SHOW ZONE CONFIGURATION FROM ${of}]`,
      )
    expect(await zone('DATABASE shop')).toEqual([{ ttl: '700' }])
    expect(await zone('TABLE goods')).toEqual([{ ttl: '70' }])
    expect(await zone('INDEX goods@by_name')).toEqual([{ ttl: '7' }])
    await client.query('ALTER DATABASE shop CONFIGURE ZONE DISCARD')
  })

  it('comments, owners and defaults', async () => {
    const client = await cluster.connect()
    await client.query("COMMENT ON DATABASE shop IS 'sells'; COMMENT ON TABLE shop.goods IS 'sold'")
    await client.query("COMMENT ON COLUMN shop.goods.name IS 'spoken'; COMMENT ON INDEX shop.goods@by_name IS 'sorted'")
    await client.query(
      "CREATE USER keeper; ALTER DATABASE shop OWNER TO keeper; ALTER DATABASE shop SET statement_timeout = '9s'",
    )
    expect(
      await rows(client, "SELECT owner, comment FROM [SHOW DATABASES WITH COMMENT] WHERE database_name = 'shop'"),
    ).toEqual([{ owner: 'keeper', comment: 'sells' }])
    const there = await cluster.connect({ database: 'shop' })
    expect(await rows(there, 'SHOW statement_timeout')).toEqual([{ statement_timeout: '9000' }])
    expect(await rows(there, "SELECT comment FROM [SHOW TABLES WITH COMMENT] WHERE table_name = 'goods'")).toEqual([
      { comment: 'sold' },
    ])
    expect(
      await rows(there, "SELECT comment FROM [SHOW COLUMNS FROM goods WITH COMMENT] WHERE column_name = 'name'"),
    ).toEqual([{ comment: 'spoken' }])
    await client.query('ALTER DATABASE shop OWNER TO root; ALTER DATABASE shop RESET statement_timeout')
  })

  it('ask for the caller’s own rights', async () => {
    const root = await cluster.connect()
    await root.query('CREATE USER guest')
    const guest = await cluster.connect({ user: 'guest' })
    for (const text of [
      'ALTER DATABASE shop PRIMARY REGION "region-1"',
      'ALTER DATABASE shop CONFIGURE ZONE USING gc.ttlseconds = 1',
      'ALTER TABLE shop.goods CONFIGURE ZONE USING gc.ttlseconds = 1',
      'SHOW RANGES FROM DATABASE shop',
      "COMMENT ON TABLE shop.goods IS 'mine'",
    ])
      await expect(guest.query(text)).rejects.toMatchObject({ code: '42501' })
  })

  it('end the open transaction first, or are refused with autocommit_before_ddl off', async () => {
    const client = await cluster.connect()
    await client.query('BEGIN; INSERT INTO own VALUES (3)')
    await client.query("COMMENT ON TABLE shop.goods IS 'again'")
    expect(await rows(client, 'SELECT id FROM own')).toEqual([{ id: '3' }])
    await client.query('SET autocommit_before_ddl = off')
    await client.query('BEGIN; DELETE FROM own')
    await expect(client.query("COMMENT ON TABLE shop.goods IS 'never'")).rejects.toMatchObject({ code: '0A000' })
    await client.query('ROLLBACK')
    expect(await rows(client, 'SELECT id FROM own')).toEqual([{ id: '3' }])
    await client.query('DELETE FROM own')
  })
})

it('leaves no backend behind', async () => {
  const client = await cluster.connect()
  await client.query('SHOW TABLES FROM shop')
  await expect(client.query('SHOW CREATE TABLE shop.nothing')).rejects.toMatchObject({ code: '42P01' })
  await expect
    .poll(() => cluster.engine.query('system', "SELECT datname FROM pg_stat_activity WHERE usename = 'root'"))
    .toEqual([{ datname: 'defaultdb' }])
})

it('a database that is dropped meanwhile is one that does not exist', async () => {
  const [client, other] = [await cluster.connect(), await cluster.connect()]
  await client.query('CREATE DATABASE brief')
  const prepared = { name: 'brief', text: 'SHOW TABLES FROM brief' }
  await client.query(prepared)
  await other.query('DROP DATABASE brief')
  await expect(client.query(prepared)).rejects.toMatchObject({ code: '3D000' })
  expect(await rows(client, 'SELECT 1::INT4 AS one')).toEqual([{ one: 1 }])
})

it('the statements of a Query are understood one after the other, in the session’s own database too', async () => {
  const client = await cluster.connect()
  await client.query('CREATE DATABASE stepwise')
  await client.query('USE stepwise')
  await client.query('ALTER DATABASE stepwise PRIMARY REGION "region-1"')
  await client.query('ALTER DATABASE stepwise ADD REGION "region-2"; ALTER DATABASE stepwise ADD REGION "region-3"')
  expect(await rows(client, 'SELECT count(*) FROM [SHOW REGIONS FROM DATABASE stepwise]')).toEqual([{ count: '3' }])
})

/** A client whose statement waits there for a lock, and what lets it go on. */
async function waiting(): Promise<{ client: Client; outcome: Promise<unknown>; letGo: () => Promise<unknown> }> {
  const holder = await cluster.connect({ database: 'shop' })
  await holder.query('SET autocommit_before_ddl = off')
  await holder.query('BEGIN; ALTER TABLE goods ADD COLUMN held INT')
  const client = await cluster.connect()
  const outcome = client.query("COMMENT ON TABLE shop.goods IS 'waited for'").then(
    ({ command }) => command,
    (error: unknown) => error,
  )
  await expect
    .poll(() => cluster.engine.query('system', "SELECT datname FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
    .toEqual([{ datname: 'shop' }])
  return { client, outcome, letGo: () => holder.query('ROLLBACK') }
}

describe('a statement that waits in another database', () => {
  it('goes on when it can', async () => {
    const { outcome, letGo } = await waiting()
    await letGo()
    expect(await outcome).toBe('COMMENT')
  })

  it('can be cancelled, and the session goes on', async () => {
    const { client, outcome, letGo } = await waiting()
    const other = await cluster.connect()
    await other.query(
      "CANCEL QUERY (SELECT query_id FROM [SHOW STATEMENTS] WHERE query LIKE '%waited for%' AND query NOT LIKE '%CANCEL%')",
    )
    expect(await outcome).toMatchObject({ code: '57014' })
    expect(await rows(client, 'SHOW database')).toEqual([{ database: 'defaultdb' }])
    await letGo()
  })

  it('ends with its session, both backends of it', async () => {
    const { client, outcome, letGo } = await waiting()
    const other = await cluster.connect()
    await other.query(
      "CANCEL SESSION (SELECT session_id FROM [SHOW SESSIONS] WHERE active_queries LIKE '%waited for%' AND active_queries NOT LIKE '%CANCEL%')",
    )
    expect(await outcome).toMatchObject({ code: '57014' })
    await letGo()
    await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable|terminated|closed/)
    await other.end()
    await expect
      .poll(() =>
        cluster.engine.query('system', "SELECT count(*) AS left FROM pg_stat_activity WHERE usename = 'root'"),
      )
      .toEqual([{ left: '1' }])
  })

  it('ends with its client', async () => {
    const raw = await cluster.connectRaw()
    const holder = await cluster.connect({ database: 'shop' })
    await holder.query('SET autocommit_before_ddl = off')
    await holder.query('BEGIN; ALTER TABLE goods ADD COLUMN held INT')
    raw.send({ name: 'Query', text: "COMMENT ON TABLE shop.goods IS 'never'" })
    await expect
      .poll(() => cluster.engine.query('system', "SELECT datname FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
      .toEqual([{ datname: 'shop' }])
    raw.destroy()
    await expect
      .poll(() => cluster.engine.query('system', "SELECT datname FROM pg_stat_activity WHERE usename = 'root'"))
      .toEqual([{ datname: 'shop' }])
    await holder.query('ROLLBACK')
    expect(await rows(holder, "SELECT comment FROM [SHOW TABLES WITH COMMENT] WHERE table_name = 'goods'")).not.toEqual(
      [{ comment: 'never' }],
    )
  })
})

it('splits ranges of a table there', async () => {
  const client = await cluster.connect()
  const starts = 'SELECT start_key FROM [SHOW RANGES FROM TABLE shop.goods]'
  const before = await rows(client, starts)
  await client.query('ALTER TABLE shop.goods SPLIT AT VALUES (10)')
  expect(await rows(client, starts)).toHaveLength(before.length + 1)
})
