import type { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster(3)

beforeAll(async () => {
  const root = await cluster.connect()
  await root.query('CREATE USER carl; CREATE USER mary; CREATE USER watcher WITH VIEWACTIVITY CANCELQUERY')
  await cluster.closeClients()
})

interface Sleeper {
  readonly client: Client
  readonly outcome: Promise<unknown>
}

/** A session on a node with a query that runs until somebody cancels it. */
async function sleeper(user: string, node: number, marker: string): Promise<Sleeper> {
  const client = await cluster.connect({ user, node, application_name: marker })
  const outcome = client.query(`SELECT pg_sleep(60) AS ${marker}`).catch((error: unknown) => error)
  return { client, outcome }
}

async function idOf(client: Client, marker: string, column: 'query_id' | 'session_id' = 'query_id'): Promise<string> {
  let id = ''
  await expect
    .poll(async () => {
      const text = `SELECT ${column} AS id FROM [SHOW CLUSTER QUERIES] WHERE query LIKE $1 AND query NOT LIKE '%QUERIES%'`
      const { rows } = await client.query<{ id: string }>(text, [`%AS ${marker}`])
      id = rows[0]?.id ?? ''
      return rows.length
    })
    .toBe(1)
  return id
}

/** What the session named `keeper` ran last, as a client sees it. */
const keeperRan = async (client: Client) => {
  const { rows } = await client.query<{ last: string }>(
    `SELECT last_active_query AS last FROM [SHOW SESSIONS] WHERE application_name = 'keeper'`,
  )
  return rows[0]?.last
}

const names = (result: { fields: { name: string }[] }) => result.fields.map(field => field.name)

describe('what runs is visible from every node', () => {
  it('SHOW takes no clause that it does not have: rows would be wrong without a word', async () => {
    const client = await cluster.connect()
    for (const [statement, near] of [
      ["SHOW CLUSTER SESSIONS WHERE user_name = 'nobody'", 'where'],
      ['SHOW SESSIONS WITH details', 'with'],
      ['SHOW TABLES WITH details', 'details'],
      ['SHOW RANGES WITH comment', 'comment'],
    ] as const) {
      const error: unknown = await client.query(statement).catch((reason: unknown) => reason)
      expect([statement, error]).toEqual([
        statement,
        expect.objectContaining({ code: '42601', message: `at or near "${near}": syntax error` }),
      ])
    }
    await client.query('SHOW RANGES WITH TABLES, KEYS, DETAILS')
    await client.query('SHOW TABLES WITH COMMENT')
    await expect(client.query('SHOW CLUSTER RANGES')).rejects.toMatchObject({ code: '0A000' })
  })

  it('SHOW SESSIONS has CockroachDB’s columns, and every session of the cluster', async () => {
    const [one, three] = [await cluster.connect({ node: 1 }), await cluster.connect({ node: 3 })]
    const shown = await one.query('SHOW SESSIONS')
    expect(names(shown)).toEqual(
      [
        'node_id',
        'session_id',
        'status',
        'user_name',
        'client_address',
        'application_name',
        'active_queries',
        'last_active_query',
      ].concat(['session_start', 'active_query_start', 'num_txns_executed', 'trace_id', 'goroutine_id']),
    )
    const { rows } = await three.query<{ node_id: string; status: string; active_queries: string }>(
      'SELECT node_id, status, active_queries FROM [SHOW CLUSTER SESSIONS] ORDER BY node_id',
    )
    expect(rows.map(row => [row.node_id, row.status])).toEqual([
      ['1', 'IDLE'],
      ['3', 'ACTIVE'],
    ])
    expect((await three.query('SHOW LOCAL SESSIONS')).rows).toMatchObject([{ node_id: '3' }])
    expect((await one.query(`SELECT last_active_query FROM [SHOW LOCAL SESSIONS]`)).rows).toEqual([
      { last_active_query: 'SHOW SESSIONS' },
    ])
  })

  it('SHOW STATEMENTS is SHOW QUERIES', async () => {
    const client = await cluster.connect()
    const shown = await client.query<{ query: string; phase: string }>('SHOW STATEMENTS')
    expect(names(shown)).toEqual(names(await client.query('SHOW ALL CLUSTER QUERIES')))
    expect(shown.rows).toMatchObject([{ query: 'SHOW STATEMENTS', phase: 'executing', user_name: 'root' }])
  })

  it('SHOW TRANSACTIONS counts statements', async () => {
    const [one, two] = [
      await cluster.connect({ node: 1, application_name: 'bank' }),
      await cluster.connect({ node: 2 }),
    ]
    await one.query('BEGIN')
    await one.query('SELECT 1')
    await one.query('SELECT 2')
    const { rows } = await two.query('SHOW CLUSTER TRANSACTIONS')
    const txn_id: unknown = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(rows).toEqual([
      { node_id: '1', txn_id, application_name: 'bank', num_stmts: '2', num_retries: '0', num_auto_retries: '0' },
    ])
    expect((await two.query('SELECT count(*) AS n FROM crdb_internal.cluster_transactions')).rows).toEqual([{ n: '1' }])
    expect((await two.query('SELECT count(*) AS n FROM crdb_internal.node_transactions')).rows).toEqual([{ n: '0' }])
    await one.query('ROLLBACK')
  })

  it('a prepared statement shows what runs when it is executed', async () => {
    const client = await cluster.connect()
    const count = async () =>
      (await client.query<{ n: string }>({ name: 'count', text: 'SELECT count(*) AS n FROM [SHOW SESSIONS]' })).rows[0]
        ?.n
    expect(await count()).toBe('1')
    await cluster.connect({ node: 2 })
    expect(await count()).toBe('2')
  })

  it('a user sees their own; VIEWACTIVITY shows all', async () => {
    await cluster.connect()
    const carl = await cluster.connect({ user: 'carl' })
    const watcher = await cluster.connect({ user: 'watcher' })
    const users = 'SELECT user_name FROM [SHOW SESSIONS] ORDER BY user_name'
    expect((await carl.query(users)).rows).toEqual([{ user_name: 'carl' }])
    expect((await watcher.query(users)).rows).toHaveLength(3)
    await expect(carl.query('SELECT current_query()')).rejects.toMatchObject({ code: '42501' })
  })
})

describe('VIEWACTIVITYREDACTED', () => {
  const secret = `SELECT 'top secret' AS word, 42 AS number`
  it.each(['VIEWACTIVITYREDACTED', 'VIEWACTIVITY, VIEWACTIVITYREDACTED'])(
    '%s shows the statements of others without their constants',
    async rights => {
      const root = await cluster.connect()
      await root.query(`CREATE USER auditor; GRANT SYSTEM ${rights} TO auditor`)
      const keeper = await cluster.connect({ user: 'carl', application_name: 'keeper', node: 2 })
      await keeper.query(secret)
      const auditor = await cluster.connect({ user: 'auditor' })
      expect(await keeperRan(auditor)).toBe('SELECT _ AS word, _ AS number')
      expect(await keeperRan(root)).toBe(secret)
      const sleeping = keeper.query(`SELECT pg_sleep(60), 'top secret'`).catch((error: unknown) => error)
      const text = `SELECT query_id, query FROM [SHOW CLUSTER QUERIES] WHERE user_name = 'carl'`
      await expect.poll(async () => (await auditor.query(text)).rowCount).toBe(1)
      const { rows } = await auditor.query<{ query_id: string; query: string }>(text)
      expect(rows).toMatchObject([{ query: 'SELECT pg_sleep(_), _' }])
      const raw = await auditor.query(
        `SELECT active_queries FROM crdb_internal.cluster_sessions WHERE application_name = 'keeper'`,
      )
      expect(raw.rows).toEqual([{ active_queries: 'SELECT pg_sleep(_), _' }])
      // One's own are whole.
      const own = `SELECT 'mine' AS word`
      await auditor.query(own)
      const last = await auditor.query(`SELECT last_active_query FROM [SHOW SESSIONS] WHERE user_name = 'auditor'`)
      expect(last.rows).toEqual([{ last_active_query: own }])
      await root.query(`CANCEL QUERY '${rows[0]?.query_id}'`)
      await sleeping
      await root.query('REVOKE SYSTEM VIEWACTIVITY, VIEWACTIVITYREDACTED FROM auditor')
      await auditor.end()
      await root.query('DROP USER auditor')
    },
  )

  it('PostgreSQL’s own view of sessions tells who is no admin nothing of others’ statements', async () => {
    const keeper = await cluster.connect({ user: 'carl', application_name: 'keeper' })
    await keeper.query(secret)
    for (const user of ['mary', 'watcher']) {
      const client = await cluster.connect({ user })
      const seen = await client
        .query('SELECT query FROM pg_catalog.pg_stat_activity')
        .then(({ rows }) => JSON.stringify(rows))
        .catch((error: unknown) => String(error))
      expect([user, seen]).toEqual([user, expect.not.stringContaining('top secret')])
      const functions = await client
        .query('SELECT query FROM pg_stat_get_activity(NULL)')
        .then(({ rows }) => JSON.stringify(rows))
        .catch((error: unknown) => String(error))
      expect([user, functions]).toEqual([user, expect.not.stringContaining('top secret')])
    }
  })
})

describe('CANCEL', () => {
  it.each([
    "CANCEL QUERY '$'",
    "CANCEL QUERY IF EXISTS '$'",
    "CANCEL QUERIES (SELECT query_id FROM [SHOW CLUSTER QUERIES] WHERE query_id = '$')",
  ])('%s cancels a query on another node', async statement => {
    const root = await cluster.connect({ node: 3 })
    const { client, outcome } = await sleeper('carl', 1, 'victim')
    const id = await idOf(root, 'victim')
    expect((await root.query(statement.replace('$', id))).command).toBe('CANCEL')
    expect(await outcome).toMatchObject({ code: '57014', message: 'query execution canceled' })
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: '1' }])
  })

  it('takes a placeholder', async () => {
    const root = await cluster.connect({ node: 2 })
    const { outcome } = await sleeper('root', 1, 'placed')
    await root.query('CANCEL QUERY $1', [await idOf(root, 'placed')])
    expect(await outcome).toMatchObject({ code: '57014' })
  })

  it('cancels the sessions that a query names', async () => {
    const root = await cluster.connect({ node: 3 })
    const sleepers = [await sleeper('mary', 1, 'first'), await sleeper('mary', 2, 'second')]
    await idOf(root, 'second')
    await root.query(
      `CANCEL SESSIONS (WITH x AS (SHOW CLUSTER SESSIONS) SELECT session_id FROM x WHERE user_name = 'mary')`,
    )
    for (const { outcome } of sleepers) expect(await outcome).toBeInstanceOf(Error)
    expect((await root.query(`SELECT count(*) AS n FROM [SHOW SESSIONS] WHERE user_name = 'mary'`)).rows).toEqual([
      { n: '0' },
    ])
  })

  it('answers a statement that cancelled nothing with the error alone', async () => {
    const client = await cluster.openRaw()
    await client.start({ user: 'root', database: 'defaultdb' })
    const answers = (await client.query("CANCEL QUERY 'abc'")).map(({ name }) => name)
    expect(answers).toEqual(['ErrorResponse', 'ReadyForQuery'])
  })

  it('says what is not there', async () => {
    const root = await cluster.connect()
    const id = '1'.repeat(32)
    await expect(root.query(`CANCEL QUERY '${id}'`)).rejects.toMatchObject({
      code: 'XXUUU',
      message: `could not cancel query ${id}: query ID ${id} not found`,
    })
    await expect(root.query(`CANCEL SESSION '${id}'`)).rejects.toMatchObject({
      message: `could not cancel session ${id}: session ID ${id} not found`,
    })
    await root.query(`CANCEL SESSION IF EXISTS '${id}'`)
    await expect(root.query(`CANCEL QUERY 'x y'`)).rejects.toMatchObject({ code: '42601' })
    await expect(root.query(`CANCEL QUERY`)).rejects.toMatchObject({ code: '42601' })
    await expect(root.query(`CANCEL QUERY (SELECT x::STRING FROM generate_series(1, 2) AS x)`)).rejects.toMatchObject({
      code: '21000',
    })
  })

  it('of others needs CANCELQUERY, and of an admin an admin', async () => {
    const [carl, watcher] = [
      await cluster.connect({ user: 'carl' }),
      await cluster.connect({ user: 'watcher', node: 2 }),
    ]
    const mary = await sleeper('mary', 1, 'marys')
    const root = await sleeper('root', 1, 'roots')
    const [marys, roots] = [await idOf(watcher, 'marys'), await idOf(watcher, 'roots', 'session_id')]
    await expect(carl.query(`CANCEL QUERY '${marys}'`)).rejects.toMatchObject({ code: '42501' })
    await expect(watcher.query(`CANCEL SESSION '${roots}'`)).rejects.toMatchObject({
      code: '42501',
      message: 'permission denied to cancel admin session',
    })
    await watcher.query(`CANCEL QUERY '${marys}'`)
    expect(await mary.outcome).toMatchObject({ code: '57014' })
    const own = await sleeper('carl', 2, 'own')
    await carl.query(`CANCEL QUERY '${await idOf(carl, 'own')}'`)
    expect(await own.outcome).toMatchObject({ code: '57014' })
    const admin = await cluster.connect()
    await admin.query(`CANCEL SESSION '${roots}'`)
    expect(await root.outcome).toBeInstanceOf(Error)
  })

  it('rights come and go', async () => {
    const root = await cluster.connect()
    const mary = await cluster.connect({ user: 'mary' })
    const seen = async () => (await mary.query('SHOW SESSIONS')).rows.length
    await root.query('GRANT SYSTEM VIEWACTIVITY TO mary')
    expect(await seen()).toBe(2)
    await root.query('REVOKE SYSTEM VIEWACTIVITY FROM mary')
    expect(await seen()).toBe(1)
    await root.query('ALTER USER mary WITH VIEWACTIVITY')
    expect(await seen()).toBe(2)
    expect((await root.query(`SELECT options FROM [SHOW USERS] WHERE username = 'mary'`)).rows).toEqual([
      { options: ['VIEWACTIVITY'] },
    ])
    await root.query('ALTER USER mary WITH NOVIEWACTIVITY')
    expect(await seen()).toBe(1)
    expect((await root.query(`SELECT count(*) AS n FROM pg_roles WHERE rolname LIKE 'crdb%'`)).rows).toEqual([
      { n: '0' },
    ])
  })
})
