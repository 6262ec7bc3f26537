import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught, until } from '../fixture/caught.js'
import { startNodes } from '../fixture/nodes.js'
import { errorResponse, type Proxy, shutdownNotice, type Verdict } from '../fixture/proxy.js'

const { proxies, url, directUrl } = await startNodes(3)
const direct = new Cluster(directUrl)
await direct.query('CREATE TABLE hits (id INT8 PRIMARY KEY, n INT8 NOT NULL)')
await direct.query('INSERT INTO hits VALUES (1, 0)')
const clusters: Cluster[] = []
afterAll(() => direct.close({ deadlineMs: 200 }))

function open(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster({ connectionString: url, ...options })
  clusters.push(cluster)
  return cluster
}

afterEach(async () => {
  for (const proxy of proxies) {
    proxy.onQuestion = () => 'pass'
    proxy.refusal = undefined
    proxy.frozen = false
    if (!proxy.isListening) await proxy.revive()
  }
  await Promise.all(clusters.splice(0).map(cluster => cluster.close({ deadlineMs: 200 })))
})

const increment = 'UPDATE hits SET n = n + 1 WHERE id = 1 RETURNING n'

/** A write with values, so that it goes by the extended protocol; under an alias of its own it is not prepared yet. */
function write(alias: string): { text: string; values: number[] } {
  return { text: `UPDATE hits AS ${alias} SET n = n + $1 WHERE id = 1`, values: [1] }
}

async function hits(): Promise<number> {
  const { rows } = await direct.query<{ n: string }>('SELECT n FROM hits WHERE id = 1')
  return Number(rows[0]?.n)
}

/** Does this to the next question that has the text, on whichever node. */
function once(text: string, verdict: Verdict): void {
  let done = false
  for (const proxy of proxies) {
    proxy.onQuestion = question => {
      if (done || !question.text.includes(text)) return 'pass'
      done = true
      return verdict
    }
  }
}

describe('a lone statement whose connection is lost', () => {
  it('is run again when it is a read', async () => {
    const cluster = open()
    for (const verdict of ['before', 'after'] as const) {
      once('SELECT 7', verdict)
      expect((await cluster.query('SELECT 7::INT4 AS n')).rows).toEqual([{ n: 7 }])
    }
  })

  it('is not run again when it is a write: nobody can know', async () => {
    const cluster = open()
    const before = await hits()
    once('UPDATE hits', 'after')
    expect(await caught(cluster.query(increment))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_CONNECTION_LOST', outcome: 'unknown' },
    })
    expect(await hits()).toBe(before + 1)
    once('UPDATE hits', 'before')
    expect(await caught(cluster.pool.query(increment))).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await hits()).toBe(before + 1)
  })

  it('is run again when it is declared idempotent', async () => {
    const cluster = open()
    once('UPDATE hits', 'after')
    await cluster.query({ text: 'UPDATE hits SET n = 100 WHERE id = $1', values: [1], idempotent: true })
    expect(await hits()).toBe(100)
  })

  it('is in doubt when it is idempotent, was lost, and cannot be run again', async () => {
    const cluster = open({ max: 1, acquireTimeoutMs: 500 })
    await cluster.query('SELECT 1')
    for (const proxy of proxies) {
      proxy.onQuestion = ({ text }) => {
        if (!text.includes('UPDATE hits')) return 'pass'
        for (const each of proxies) each.refusal = errorResponse('53300', 'too many connections')
        return 'after'
      }
    }
    const error = await caught(cluster.query({ text: 'UPDATE hits SET n = 200 WHERE id = 1', idempotent: true }))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', verifyError: { code: 'CERCI_POOL_TIMEOUT' } })
    expect(await hits()).toBe(200)
  })

  it('is in doubt when its time is up and its node does not answer: it is a write, and was sent', async () => {
    const cluster = open({ max: 1 })
    await cluster.query('SELECT 1')
    once('UPDATE hits', 'swallow')
    const error = await caught(cluster.query({ text: 'UPDATE hits SET n = 300 WHERE id = 1', timeoutMs: 300 }))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', cause: { code: 'CERCI_QUERY_TIMEOUT' } })
    expect(await hits()).toBe(300)
  })

  it('is run again when a shutdown notice came before it was bound, and never otherwise', async () => {
    const cluster = open()
    const before = await hits()
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    await cluster.query(write('a'))
    expect(await hits()).toBe(before + 1)
    const bound = Buffer.concat([Buffer.from([0x31, 0, 0, 0, 4, 0x32, 0, 0, 0, 4]), shutdownNotice])
    once('UPDATE hits', { answer: bound, end: true })
    expect(await caught(cluster.query(write('b')))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_NODE_DRAINING' },
      sqlState: '57P01',
    })
    // The simple protocol has no BindComplete that could prove anything.
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    expect(await caught(cluster.query('UPDATE hits SET n = 0 WHERE id = 2'))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
    })
  })

  it('is run again after 40001, unless it is several statements', async () => {
    const cluster = open()
    const conflict = errorResponse('40001', 'restart transaction').toString('latin1').replaceAll('FATAL', 'ERROR')
    const answer = Buffer.concat([Buffer.from(conflict, 'latin1'), Buffer.from([0x5a, 0, 0, 0, 5, 0x49])])
    const before = await hits()
    once('UPDATE hits', { answer, end: false })
    await cluster.query(increment)
    expect(await hits()).toBe(before + 1)
    once('SELECT 1', { answer, end: false })
    expect(await caught(cluster.query('SELECT 1; SELECT 2'))).toMatchObject({ code: '40001' })
  })

  it('gives the caller of pool.query the server’s own error when retries are exhausted, and cluster.query a class', async () => {
    const cluster = open({ transaction: { maxAttempts: 2 } })
    const conflict = "DO $$ BEGIN RAISE EXCEPTION 'restart transaction' USING ERRCODE = 'CR000'; END $$"
    expect(await caught(cluster.pool.query(conflict))).toMatchObject({ code: 'CR000' })
    expect(await caught(cluster.query(conflict))).toMatchObject({
      code: 'CERCI_RETRIES_EXHAUSTED',
      attempts: 2,
      sqlState: 'CR000',
    })
  })
})

describe('a node that is killed', () => {
  it('is replaced by the others, and comes back by itself', async () => {
    const cluster = open({ max: 6, min: 6 })
    const [first] = proxies
    await cluster.warmUp()
    expect(cluster.pool.nodes.map(({ connections }) => connections)).toEqual([2, 2, 2])
    await first?.kill()
    for (let n = 0; n < 20; n++) await cluster.query('SELECT 1')
    await until('the node counts as down', () => cluster.pool.nodes[0]?.state === 'down')
    await first?.revive()
    await until(
      'the node is back',
      () => cluster.pool.nodes[0]?.state === 'up' && cluster.pool.nodes[0]?.connections === 2,
    )
  })

  it('does not end the process, whatever its connections were doing', async () => {
    const cluster = open({ max: 3 })
    const lost: unknown[] = []
    cluster.pool.on('error', error => lost.push(error))
    const client = await cluster.pool.connect()
    const running = cluster.pool.query('SELECT pg_sleep(5)')
    await cluster.query('SELECT 1')
    await until('all is set', () => cluster.pool.totalCount === 3)
    const outcome = caught(running)
    for (const proxy of proxies) proxy.cut()
    expect(await outcome).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await caught(client.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION_LOST',
      cause: expect.any(Error),
    })
    client.release()
    expect((await cluster.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
    expect(lost.length).toBeGreaterThan(0)
  })

  it('keeps the first cause for whatever fails afterwards', async () => {
    const cluster = open({ max: 1 })
    const client = await cluster.pool.connect()
    await client.query('BEGIN')
    for (const proxy of proxies) proxy.say(shutdownNotice)
    await until('the client knows', () => cluster.pool.totalCount === 0)
    expect(await caught(client.query('ROLLBACK'))).toMatchObject({
      code: 'CERCI_NODE_DRAINING',
      outcome: 'not-executed',
      cause: { code: '57P01' },
    })
    client.release()
  })
})

describe('a node that drains', () => {
  it('is left: idle connections go, busy ones finish, new ones go elsewhere', async () => {
    const cluster = open({ max: 6, min: 6 })
    await cluster.warmUp()
    const [first] = proxies
    const busy = await clientOf(cluster, first)
    await busy.query('BEGIN')
    if (first !== undefined) first.refusal = shutdownNotice
    const opened = cluster.pool.connections.topology.endpoints.values().next().value
    if (opened !== undefined) await cluster.pool.connections.opening.open(opened)
    expect(cluster.pool.nodes[0]).toMatchObject({ state: 'draining', idle: 0, connections: 1 })
    expect((await busy.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
    await busy.query('COMMIT')
    busy.release()
    await until('the node is left', () => cluster.pool.nodes[0]?.connections === 0)
    await Promise.all(Array.from({ length: 12 }, () => cluster.query('SELECT 1')))
    expect(cluster.pool.nodes[0]?.connections).toBe(0)
  })

  it('loses no statement when idle connections are told to go', async () => {
    const cluster = open({ max: 3, min: 3 })
    await cluster.warmUp()
    let failures = 0
    const load = { stop: false }
    const workers = Array.from({ length: 6 }, async () => {
      while (!load.stop) {
        await cluster.query({ text: 'UPDATE hits SET n = n WHERE id = $1', values: [2] }).catch(() => failures++)
      }
    })
    for (const proxy of proxies) {
      await new Promise(resolve => setTimeout(resolve, 30))
      proxy.drain()
      proxy.refusal = shutdownNotice
      await until('the node is left', () => proxy.open === 0)
      proxy.refusal = undefined
    }
    load.stop = true
    await Promise.all(workers)
    expect(failures).toBe(0)
  })
})

describe('a node that does not answer', () => {
  it('does not hold up those who wait for a connection', async () => {
    const cluster = open({ max: 4, connectTimeoutMs: 1_500 })
    const [first, second] = proxies
    if (first !== undefined) first.frozen = true
    if (second !== undefined) second.frozen = true
    const began = performance.now()
    await Promise.all(Array.from({ length: 4 }, () => cluster.query('SELECT 1')))
    expect(performance.now() - began).toBeLessThan(3_500)
  })

  it('is noticed under statements that hang, which move elsewhere if they are reads', async () => {
    const cluster = open({ max: 3, min: 3, probeSilentAfterMs: 300, connectTimeoutMs: 300 })
    await cluster.warmUp()
    const [first] = proxies
    if (first !== undefined) first.frozen = true
    const results = await Promise.all(Array.from({ length: 3 }, () => cluster.query('SELECT 5::INT4 AS n')))
    expect(results.map(({ rows }) => rows[0])).toEqual([{ n: 5 }, { n: 5 }, { n: 5 }])
    expect(cluster.pool.nodes[0]).toMatchObject({ state: 'down' })
  })

  it('is asked before a connection is used that was idle for long', async () => {
    const cluster = open({ max: 1, validateAfterIdleMs: 20 })
    await cluster.query('SELECT 1')
    const [used] = proxies.filter(proxy => proxy.open > 0)
    if (used !== undefined) used.frozen = true
    await new Promise(resolve => setTimeout(resolve, 40))
    const before = await hits()
    await cluster.query({ text: 'UPDATE hits SET n = n + $1 WHERE id = 1', values: [1] })
    expect(await hits()).toBe(before + 1)
  })
})

describe('connecting', () => {
  it('fails at once, and names every node, when no address was ever right', async () => {
    const cluster = new Cluster('postgresql://root:hunter2@127.0.0.1:1,127.0.0.1:2/d?sslmode=disable')
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'CERCI_CONNECTION', cause: { code: 'ECONNREFUSED' } })
    const { message } = Object(error)
    expect(message).toContain('127.0.0.1:1:')
    expect(message).toContain('127.0.0.1:2:')
    expect(message).not.toContain('hunter2')
    expect(await caught(cluster.warmUp())).toMatchObject({ code: 'CERCI_CONNECTION' })
    await cluster.close()
  })

  it('fails at once when the login or the database is refused, without trying the others', async () => {
    const cluster = new Cluster(url.replace(/\/test_\w+\?/, '/no_such_database?'))
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'CERCI_CONNECTION', sqlState: '3D000' })
    expect(cluster.pool.nodes.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    await cluster.close()
  })

  it('waits through an outage of all nodes, until the caller’s time is up', async () => {
    const cluster = open({ max: 2, acquireTimeoutMs: 300 })
    await cluster.query('SELECT 1')
    await Promise.all(proxies.map(proxy => proxy.kill()))
    const error = await caught(cluster.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'CERCI_POOL_TIMEOUT', message: expect.stringContaining('down (') })
    const waiting = open({ max: 2 })
    await Promise.all(proxies.map(proxy => proxy.revive()))
    await waiting.query('SELECT 1')
    await Promise.all(proxies.map(proxy => proxy.kill()))
    const later = waiting.query('SELECT 9::INT4 AS n')
    await new Promise(resolve => setTimeout(resolve, 100))
    await Promise.all(proxies.map(proxy => proxy.revive()))
    expect((await later).rows).toEqual([{ n: 9 }])
  })

  it('goes elsewhere when a node has too many connections', async () => {
    const cluster = open({ max: 3 })
    for (const proxy of proxies.slice(0, 2)) proxy.refusal = errorResponse('53300', 'sorry, too many clients already')
    await Promise.all(Array.from({ length: 6 }, () => cluster.query('SELECT 1')))
    expect(cluster.pool.nodes[2]?.connections).toBeGreaterThan(0)
  })

  it('maps addresses, and reports nodes under the names that were configured', async () => {
    const [first] = proxies
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, '@10.255.0.1:26257'),
      mapAddress: () => ({ host: '127.0.0.1', port: first?.port ?? 0 }),
    })
    await cluster.query('SELECT 1')
    expect(cluster.pool.nodes).toMatchObject([{ host: '10.255.0.1', port: 26257, connections: 1 }])
  })

  it('takes every address of a name for a node, and follows the name', async () => {
    let answers = ['127.0.0.1', '127.0.0.2']
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, `@db.example:${proxies[0]?.port}`),
      dns: { lookup: () => Promise.resolve(answers), intervalMs: 1 },
      mapAddress: ({ port }) => ({ host: '127.0.0.1', port }),
      max: 2,
    })
    await Promise.all([cluster.query('SELECT 1'), cluster.query('SELECT 1')])
    expect(cluster.pool.nodes).toHaveLength(2)
    answers = ['127.0.0.2', '127.0.0.3']
    await until(
      'the new address is known and the old one left',
      () => cluster.pool.nodes.length === 2 && cluster.pool.nodes.every(node => !node.key.includes('127.0.0.1')),
    )
    expect((await cluster.query('SELECT 1::INT4 AS n')).rows).toEqual([{ n: 1 }])
  })

  it('finds hosts and ports in SRV records', async () => {
    const asked: string[] = []
    const cluster = open({
      connectionString: directUrl.replace(/@[^/]+/, '@db.example'),
      dns: {
        srv: true,
        lookupSrv: name => {
          asked.push(name)
          return Promise.resolve(proxies.map(({ port }) => ({ name: '127.0.0.1', port })))
        },
      },
    })
    await cluster.query('SELECT 1')
    expect(asked).toEqual(['_postgresql._tcp.db.example'])
    expect(cluster.pool.nodes).toHaveLength(3)
  })

  it('says so when a name cannot be resolved', async () => {
    const cluster = open({
      connectionString: 'postgresql://root@db.invalid:26257/d',
      dns: { lookup: () => Promise.reject(new Error('no such name')) },
    })
    expect(await caught(cluster.query('SELECT 1'))).toMatchObject({ code: 'CERCI_CONNECTION' })
  })
})

/** A checked-out client on that node. */
async function clientOf(
  cluster: Cluster,
  proxy: Proxy | undefined,
): Promise<Awaited<ReturnType<Cluster['pool']['acquire']>>> {
  const wrong = []
  for (;;) {
    const client = await cluster.pool.acquire()
    if (client.endpoint.address.port === proxy?.port) {
      for (const other of wrong) other.release()
      return client
    }
    wrong.push(client)
  }
}
