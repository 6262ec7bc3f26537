import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import type { Transaction } from '../../src/transaction/transaction.js'
import { caught, until } from '../fixture/caught.js'
import { LateCancels } from '../fixture/late-cancels.js'
import { startNodes } from '../fixture/nodes.js'
import type { Question, Verdict } from '../fixture/proxy.js'
import { errorResponse, shutdownNotice } from '../fixture/proxy.js'

const { proxies, url, directUrl } = await startNodes(2)
const cluster = new Cluster(url)
const direct = new Cluster(directUrl)
await direct.query('CREATE TABLE entries (id INT8 PRIMARY KEY, note TEXT NOT NULL, CONSTRAINT small CHECK (id < 1000))')
await direct.query('CREATE TABLE children (id INT8 PRIMARY KEY, entry INT8 NOT NULL REFERENCES entries (id))')
afterAll(() => Promise.all([cluster.close({ deadlineMs: 100 }), direct.close({ deadlineMs: 100 })]))

beforeEach(async () => {
  for (const proxy of proxies) proxy.onQuestion = () => 'pass'
  await direct.query('DELETE FROM children')
  await direct.query('DELETE FROM entries')
})

async function ids(): Promise<number[]> {
  const { rows } = await direct.query<{ id: string }>('SELECT id FROM entries ORDER BY id')
  return rows.map(({ id }) => Number(id))
}

function insert(tx: Transaction, id: number): Promise<unknown> {
  return tx.query('INSERT INTO entries (id, note) VALUES ($1, $2)', [id, 'x'])
}

/** Fails as in a conflict: the server raises a retry error, under the older of its two codes, since servers retry 40001 by themselves first. */
function conflict(tx: Transaction): Promise<unknown> {
  return tx.query("DO $$ BEGIN RAISE EXCEPTION 'restart transaction' USING ERRCODE = 'CR000'; END $$")
}

/** Takes 5 from one entry, as long as both together keep 10: the textbook case of write skew. */
async function withdraw(from: number): Promise<number> {
  return await cluster.transaction(async tx => {
    const { rows } = await tx.query<{ sum: string }>('SELECT sum(note::INT8) AS sum FROM entries')
    await new Promise(resolve => setTimeout(resolve, 20))
    if (Number(rows[0]?.sum) >= 15)
      await tx.query('UPDATE entries SET note = (note::INT8 - 5)::TEXT WHERE id = $1', [from])
    return tx.attempt
  })
}

describe('transaction', () => {
  it('commits, and gives what the function gives', async () => {
    const result = await cluster.transaction(async tx => {
      await insert(tx, 1)
      await insert(tx, 2)
      return tx.attempt
    })
    expect(result).toBe(1)
    expect(await ids()).toEqual([1, 2])
  })

  it('rolls back what a throwing function did, and throws its error', async () => {
    const noFunds = new Error('no funds')
    const error = await caught(
      cluster.transaction(async tx => {
        await insert(tx, 1)
        throw noFunds
      }),
    )
    expect(error).toBe(noFunds)
    expect(await ids()).toEqual([])
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount)
  })

  it('runs the whole function again after 40001, on the same connection', async () => {
    const backends = new Set<unknown>()
    const attempts = await cluster.transaction(async tx => {
      const { rows } = await tx.query('SELECT pg_backend_pid() AS pid')
      backends.add(rows[0]?.pid)
      await insert(tx, tx.attempt)
      if (tx.attempt < 3) await conflict(tx)
      return tx.attempt
    })
    expect(attempts).toBe(3)
    expect(backends.size).toBe(1)
    expect(await ids()).toEqual([3])
  })

  it('runs again when a real conflict strikes, in a statement or at COMMIT', async () => {
    await direct.query("INSERT INTO entries VALUES (1, '10'), (2, '10')")
    await Promise.all([withdraw(1), withdraw(2), withdraw(1), withdraw(2)])
    const { rows } = await direct.query<{ sum: string }>('SELECT sum(note::INT8) AS sum FROM entries')
    expect(Number(rows[0]?.sum)).toBe(10)
  })

  it('is not fooled by a function that swallows 40001, or wraps it beyond recognition', async () => {
    const swallowed = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      if (tx.attempt === 1) await conflict(tx).catch(() => {})
      return tx.attempt
    })
    expect(swallowed).toBe(2)
    const wrapped = await cluster.transaction(async tx => {
      if (tx.attempt === 1) {
        await conflict(tx).catch(() => {
          throw new Error('could not save')
        })
      }
      return tx.attempt
    })
    expect(wrapped).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it('reports the first failure when a function swallows another error and goes on', async () => {
    const goesOn = await caught(
      cluster.transaction(async tx => {
        await tx.query('SELECT 1/0').catch(() => {})
        await insert(tx, 1)
      }),
    )
    expect(goesOn).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    const returns = await caught(
      cluster.transaction(async tx => {
        await insert(tx, 1)
        await tx.query('SELECT 1/0').catch(() => {})
      }),
    )
    expect(returns).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    expect(await ids()).toEqual([])
  })

  it('gives up after maxAttempts', async () => {
    let runs = 0
    const error = await caught(
      cluster.transaction(
        async tx => {
          runs++
          await conflict(tx)
        },
        { maxAttempts: 3 },
      ),
    )
    expect(error).toMatchObject({ code: 'CERCI_RETRIES_EXHAUSTED', attempts: 3, sqlState: 'CR000' })
    expect(runs).toBe(3)
  })

  it('gives up at its deadline, cancelling what runs on the server', async () => {
    const began = performance.now()
    const error = await caught(
      cluster.transaction(
        async tx => {
          await insert(tx, 1)
          await tx.query('SELECT pg_sleep(20)')
        },
        { deadlineMs: 80 },
      ),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE', deadlineMs: 80, attempts: 1 })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(await ids()).toEqual([])
    const conflicting = await caught(cluster.transaction(conflict, { deadlineMs: 400, maxAttempts: 'unlimited' }))
    expect(conflicting).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE', sqlState: 'CR000' })
  })

  it('does not wait for a function that forgets its deadline', async () => {
    const late: unknown[] = []
    const over = new AbortController()
    const error = await caught(
      cluster.transaction(
        async tx => {
          await insert(tx, 1)
          await once(over.signal, 'abort')
          late.push(await caught(insert(tx, 2)))
        },
        { deadlineMs: 1_000 },
      ),
    )
    over.abort()
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE' })
    await until('the function has gone on', () => late.length === 1)
    expect(late).toMatchObject([{ code: 'CERCI_TRANSACTION_DEADLINE' }])
    expect(await ids()).toEqual([])
  })

  it('ends by its signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('client left')), 50)
    const error = await caught(
      cluster.transaction(tx => tx.query('SELECT pg_sleep(20)'), { signal: controller.signal }),
    )
    expect(error).toMatchObject({ code: 'CERCI_QUERY_ABORTED', cause: { message: 'client left' } })
    expect(await caught(cluster.transaction(tx => insert(tx, 1), { signal: controller.signal }))).toMatchObject({
      code: 'CERCI_QUERY_ABORTED',
    })
    expect(await ids()).toEqual([])
  })

  it('refuses to be used after its end', async () => {
    let leaked: Transaction | undefined
    await cluster.transaction(async tx => {
      leaked = tx
      await insert(tx, 1)
    })
    expect(await caught(leaked?.query('SELECT 1') ?? Promise.resolve())).toMatchObject({
      code: 'CERCI_TRANSACTION_ENDED',
    })
    expect(await caught(leaked?.savepoint(() => Promise.resolve()) ?? Promise.resolve())).toMatchObject({
      code: 'CERCI_TRANSACTION_ENDED',
    })
  })

  it('commits statements that were not awaited, or fails with them', async () => {
    await cluster.transaction(async tx => {
      void insert(tx, 1)
    })
    expect(await ids()).toEqual([1])
    const error = await caught(
      cluster.transaction(async tx => {
        insert(tx, 2).catch(() => {})
        insert(tx, 1).catch(() => {})
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '23505' } })
    expect(await ids()).toEqual([1])
  })

  it('passes isolation and access mode, and validates what is inlined', async () => {
    const { rows } = await cluster.transaction(tx => tx.query('SHOW transaction_isolation'), {
      isolation: 'serializable',
      readOnly: true,
    })
    expect(rows).toEqual([{ transaction_isolation: 'serializable' }])
    expect(await caught(cluster.transaction(tx => insert(tx, 1), { readOnly: true }))).toMatchObject({ code: '25006' })
    const odd: object = { isolation: 'serializable; DROP TABLE entries' }
    expect(await caught(cluster.transaction(tx => insert(tx, 1), odd))).toMatchObject({ code: 'CERCI_INVALID_OPTION' })
    const { rows: committed } = await cluster.transaction(tx => tx.query('SHOW transaction_isolation'), {
      isolation: 'read committed',
    })
    expect(committed).toEqual([{ transaction_isolation: 'read committed' }])
  })

  it('throws violations as classes', async () => {
    await direct.query("INSERT INTO entries VALUES (1, 'x')")
    expect(await caught(cluster.transaction(tx => insert(tx, 1)))).toMatchObject({
      code: 'CERCI_UNIQUE_VIOLATION',
      columns: ['id'],
    })
    expect(await caught(cluster.transaction(tx => insert(tx, 5000)))).toMatchObject({
      code: 'CERCI_CHECK_VIOLATION',
      constraint: 'small',
    })
    expect(await caught(cluster.query('INSERT INTO entries (id) VALUES (7)'))).toMatchObject({
      code: 'CERCI_NOT_NULL_VIOLATION',
      column: 'note',
    })
    expect(await caught(cluster.query('INSERT INTO children VALUES (1, 77)'))).toMatchObject({
      code: 'CERCI_FOREIGN_KEY_VIOLATION',
    })
    expect(await caught(cluster.pool.query('INSERT INTO children VALUES (1, 77)'))).toMatchObject({ code: '23503' })
  })
})

describe('savepoint', () => {
  it('undoes its own statements only', async () => {
    const outcome = await cluster.transaction(async tx => {
      await insert(tx, 1)
      const refused = await caught(
        tx.savepoint(async inner => {
          await insert(inner, 2)
          await insert(inner, 1)
        }),
      )
      const value = await tx.savepoint(async inner => {
        await insert(inner, 3)
        const inside = await caught(inner.savepoint(innermost => insert(innermost, 3)))
        return inside
      })
      return [refused, value]
    })
    expect(outcome).toMatchObject([{ code: 'CERCI_UNIQUE_VIOLATION' }, { code: 'CERCI_UNIQUE_VIOLATION' }])
    expect(await ids()).toEqual([1, 3])
  })

  it('undoes a swallowed error too', async () => {
    const error = await cluster.transaction(async tx => {
      await insert(tx, 1)
      return await caught(
        tx.savepoint(async inner => {
          await inner.query('SELECT 1/0').catch(() => {})
        }),
      )
    })
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '22012' } })
    expect(await ids()).toEqual([1])
  })

  it('lets conflicts restart the whole transaction', async () => {
    const attempts = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      await tx.savepoint(async inner => {
        if (inner.attempt === 1) await conflict(inner)
      })
      return tx.attempt
    })
    expect(attempts).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it('must not overlap another, and ends with its function', async () => {
    let leaked: Transaction | undefined
    const error = await caught(
      cluster.transaction(async tx => {
        await tx.savepoint(async inner => {
          leaked = inner
        })
        expect(await caught(leaked?.query('SELECT 1') ?? Promise.resolve())).toMatchObject({
          code: 'CERCI_TRANSACTION_ENDED',
        })
        await Promise.all([tx.savepoint(() => Promise.resolve()), tx.savepoint(() => Promise.resolve())])
      }),
    )
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ENDED', message: expect.stringContaining('nest them') })
  })
})

describe('cockroach_restart', () => {
  it('commits by RELEASE, with savepoints inside', async () => {
    await cluster.transaction(
      async tx => {
        await insert(tx, 1)
        await caught(tx.savepoint(inner => insert(inner, 1)))
      },
      { protocol: 'cockroach_restart' },
    )
    expect(await ids()).toEqual([1])
  })

  it('goes back to the savepoint after 40001, within one BEGIN', async () => {
    const begins: string[] = []
    for (const proxy of proxies) {
      proxy.onQuestion = ({ text }) => {
        if (/BEGIN;?\0|ROLLBACK|COMMIT\0|RELEASE|SAVEPOINT/.test(text))
          begins.push(/BEGIN|ROLLBACK TO|ROLLBACK|RELEASE|SAVEPOINT|COMMIT/.exec(text)?.[0] ?? '')
        return 'pass'
      }
    }
    const attempts = await cluster.transaction(
      async tx => {
        await insert(tx, tx.attempt)
        if (tx.attempt < 3) await conflict(tx)
        return tx.attempt
      },
      { protocol: 'cockroach_restart' },
    )
    expect(attempts).toBe(3)
    expect(begins.filter(word => word === 'BEGIN')).toHaveLength(1)
    expect(begins.filter(word => word === 'ROLLBACK TO')).toHaveLength(2)
    expect(await ids()).toEqual([3])
  })

  it.each(['before', 'after'] as const)('begins anew when the connection is lost %s it goes back', async when => {
    let cuts = 0
    for (const proxy of proxies)
      proxy.onQuestion = ({ text }) => (text.includes('ROLLBACK TO') && cuts++ === 0 ? when : 'pass')
    const attempts = await cluster.transaction(
      async tx => {
        await insert(tx, tx.attempt)
        if (tx.attempt === 1) await conflict(tx)
        return tx.attempt
      },
      { protocol: 'cockroach_restart' },
    )
    expect([attempts, cuts]).toEqual([2, 1])
    expect(await ids()).toEqual([2])
  })

  it('says so when the savepoint cannot be restored', async () => {
    const run = cluster.transaction(
      async tx => {
        await tx.query('ROLLBACK; BEGIN')
        await conflict(tx)
      },
      { protocol: 'cockroach_restart' },
    )
    const error = await caught(run)
    expect(error).toMatchObject({ code: 'CERCI_RESTART_FAILED', conflict: { code: 'CR000' } })
  })
})

/** The connection is cut at each statement that is sent: before it is passed on, before its answer, and after its answer. */
describe('a connection cut at every point', () => {
  const statements = {
    transaction: ['BEGIN', 'INSERT 1', 'INSERT 2', 'COMMIT'],
    cockroach_restart: ['BEGIN', 'SAVEPOINT', 'INSERT 1', 'INSERT 2', 'RELEASE', 'COMMIT'],
  } as const
  const points = (['transaction', 'cockroach_restart'] as const).flatMap(protocol =>
    statements[protocol].flatMap((statement, index) =>
      (['before', 'after', 'answered'] as const).map(verdict => ({ protocol, statement, index, verdict })),
    ),
  )

  it.each(points)('$protocol: $statement, $verdict', async ({ protocol, statement, index, verdict }) => {
    const fresh = new Cluster({ connectionString: url, max: 1 })
    let cuts = 0
    for (const proxy of proxies) {
      proxy.onQuestion = question => {
        if (question.index !== index || cuts > 0) return 'pass'
        cuts++
        return verdict
      }
    }
    try {
      const run = fresh.transaction(
        async tx => {
          await insert(tx, 1)
          await insert(tx, 2)
          return tx.attempt
        },
        { protocol },
      )
      const outcome = await run.then(
        attempt => `committed in attempt ${attempt}`,
        (error: unknown) => Reflect.get(Object(error), 'code'),
      )
      expect(outcomesOfCut(statement, verdict, protocol === 'transaction' ? 'COMMIT' : 'RELEASE')).toContainEqual([
        outcome,
        await ids(),
      ])
      expect(cuts).toBe(1)
    } finally {
      await fresh.close({ deadlineMs: 100 })
    }
  })

  it.each(['before', 'after'] as const)('COMMIT, %s, is settled by verify', async verdict => {
    const fresh = new Cluster({ connectionString: url, max: 1 })
    onceAtCommit(verdict)
    try {
      const attempts = await fresh.transaction(
        async tx => {
          await insert(tx, 1)
          return tx.attempt
        },
        { verify: async db => (await db.query('SELECT 1 FROM entries WHERE id = 1')).rows.length > 0 },
      )
      expect(attempts).toBe(verdict === 'after' ? 1 : 2)
      expect(await ids()).toEqual([1])
    } finally {
      await fresh.close({ deadlineMs: 100 })
    }
  })

  it('stays ambiguous when verify fails', async () => {
    const fresh = new Cluster({ connectionString: url, max: 1 })
    onceAtCommit('after')
    const verifyError = new Error('cannot tell')
    const error = await caught(fresh.transaction(tx => insert(tx, 1), { verify: () => Promise.reject(verifyError) }))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', verifyError })
    await fresh.close({ deadlineMs: 100 })
  })

  it('knows that a COMMIT answered by a shutdown notice alone was not executed', async () => {
    onceAtCommit({ answer: shutdownNotice, end: true })
    const attempts = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      return tx.attempt
    })
    expect(attempts).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it.each([
    ['40003', 'CERCI_AMBIGUOUS_COMMIT'],
    ['08007', 'CERCI_AMBIGUOUS_COMMIT'],
    ['58C01', 'CERCI_AMBIGUOUS_COMMIT'],
    ['XXA00', 'CERCI_COMMITTED_SCHEMA_FAILED'],
    ['23505', 'CERCI_UNIQUE_VIOLATION'],
  ])('takes %s in answer to COMMIT for %s', async (code, expected) => {
    onceAtCommit({ answer: commitError(code), end: false })
    const fresh = new Cluster({ connectionString: url, max: 1 })
    const error = await caught(fresh.transaction(tx => insert(tx, 1)))
    await fresh.close({ deadlineMs: 100 })
    expect(error).toMatchObject({ code: expected, sqlState: code })
  })

  it('takes COMMIT answered with ROLLBACK for an error', async () => {
    const tag = Buffer.from('ROLLBACK\0')
    const head = Buffer.from([0x43, 0, 0, 0, tag.length + 4])
    onceAtCommit({
      answer: Buffer.concat([Buffer.from([0x31, 0, 0, 0, 4, 0x32, 0, 0, 0, 4]), head, tag, readyForQuery]),
      end: true,
    })
    const error = await caught(new Cluster({ connectionString: url, max: 1 }).transaction(tx => insert(tx, 1)))
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED' })
    expect(await ids()).toEqual([])
  })

  it('does not retry a COMMIT that hangs past the deadline, and calls it ambiguous', async () => {
    const fresh = new Cluster({ connectionString: url, max: 1 })
    onceAtCommit('swallow')
    const error = await caught(fresh.transaction(tx => insert(tx, 1), { deadlineMs: 400 }))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    await fresh.close({ deadlineMs: 10 })
  }, 15_000)

  it('calls a COMMIT ambiguous that hangs past the time limit of every statement', async () => {
    const fresh = new Cluster({ connectionString: url, queryTimeoutMs: 1_000 })
    await fresh.query('SELECT 1')
    onceAtCommit('swallow')
    expect(await caught(fresh.transaction(tx => insert(tx, 1)))).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await ids()).toEqual([1])
    await fresh.close({ deadlineMs: 10 })
  }, 15_000)
})

describe('the cancel request of a transaction whose deadline has passed', () => {
  it('does not strike who gets the connection next, however late it comes', async () => {
    const late = await LateCancels.start(directUrl)
    const { port } = late
    const fresh = new Cluster({
      connectionString: url,
      max: 1,
      mapAddress: address => (late.expected ? { ...address, port } : address),
    })
    await fresh.query('SELECT 1')
    late.expected = true
    const failed = caught(fresh.transaction(tx => tx.query('SELECT pg_sleep(0.2)'), { deadlineMs: 100 }))
    const next = fresh.query('SELECT pg_sleep(1), 7::INT4 AS n')
    await until('it was cancelled', () => late.held > 0)
    await sleep(500) // the statement has ended by now, and the next one runs if it may
    late.deliver()
    expect(await failed).toMatchObject({ code: 'CERCI_TRANSACTION_DEADLINE' })
    expect((await next).rows).toMatchObject([{ n: 7 }])
    await fresh.close({ deadlineMs: 10 })
    await late.stop()
  }, 15_000)
})

/** What may come of a cut, and which rows may then be there. `deciding` is the statement that commits. */
function outcomesOfCut(
  statement: string,
  verdict: 'before' | 'after' | 'answered',
  deciding: string,
): [string, number[]][] {
  const again: [string, number[]] = ['committed in attempt 2', [1, 2]]
  const done: [string, number[]] = ['committed in attempt 1', [1, 2]]
  const unknown = 'CERCI_AMBIGUOUS_COMMIT'
  if (statement === deciding) {
    // Under the savepoint COMMIT still follows, and may be on its way before the cut is noticed.
    if (verdict === 'answered') return deciding === 'COMMIT' ? [done] : [done, [unknown, [1, 2]]]
    return [[unknown, verdict === 'after' ? [1, 2] : []]]
  }
  // RELEASE has committed, on CockroachDB; to be sure on every server, COMMIT counts too.
  if (statement === 'COMMIT') return verdict === 'answered' ? [done] : [[unknown, [1, 2]]]
  // The deciding statement may be on its way before the cut is noticed; then nobody can know.
  if (statement === 'INSERT 2' && verdict === 'answered') {
    return [again, [unknown, []], [unknown, [1, 2]]]
  }
  return [again]
}

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/** Not fatal, and the session is idle afterwards. */
function commitError(code: string): Buffer {
  const response = errorResponse(code, 'x').toString('latin1').replaceAll('FATAL', 'ERROR')
  return Buffer.concat([Buffer.from(response, 'latin1'), readyForQuery])
}

function onceAtCommit(verdict: Verdict): void {
  let done = false
  const decide = ({ text }: Question): Verdict => {
    if (done || !/\bCOMMIT\b|cerci_commit/.test(text)) return 'pass'
    done = true
    return verdict
  }
  for (const proxy of proxies) proxy.onQuestion = decide
}
