import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../fixture/database.js'

const db = await openDatabase()

/** Times by the database's clock: before the table's rows, between two versions of them, and after both. */
const times = { before: new Date(0), between: new Date(0), after: new Date(0) }

const now = async (): Promise<Date> => {
  const { rows } = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  return rows[0]?.now ?? new Date(Number.NaN)
}

/** The time between two changes. */
async function tick(): Promise<Date> {
  await sleep(20) // Date has milliseconds, the database microseconds
  const time = await now()
  await sleep(20)
  return time
}

const amounts = 'SELECT sku, amount FROM prices WHERE amount > $1 ORDER BY sku'

async function amountsAt(exact: Date | string): Promise<number[]> {
  return await db.staleRead({ exact }, async past =>
    (await past.query(amounts, [0])).rows.map(row => Number(row.amount)),
  )
}

beforeAll(async () => {
  await db.query('CREATE TABLE prices (sku TEXT PRIMARY KEY, amount INT8 NOT NULL)')
  times.before = await tick()
  await db.query("INSERT INTO prices VALUES ('tea', 1), ('milk', 1)")
  times.between = await tick()
  await db.query('UPDATE prices SET amount = amount + 1')
  times.after = await tick()
})

describe('exact', () => {
  test('shows the versions of a moment, whatever the form of the time', async () => {
    expect(await amountsAt(times.before)).toEqual([])
    expect(await amountsAt(times.between)).toEqual([1, 1])
    expect(await amountsAt(times.between.toISOString())).toEqual([1, 1])
    expect(await amountsAt(`${times.between.getTime()}000000`)).toEqual([1, 1])
    expect(await amountsAt(times.after)).toEqual([2, 2])
  })

  test('all statements see the same moment', async () => {
    const seen = await db.staleRead({ exact: times.between }, async past => {
      const first = (await past.query(amounts, [0])).rows
      await db.query("UPDATE prices SET amount = 100 WHERE sku = 'tea'")
      return [first, (await past.query(amounts, [0])).rows]
    })
    await db.query("UPDATE prices SET amount = 2 WHERE sku = 'tea'")
    expect(seen[0]).toEqual(seen[1])
  })

  test('nothing can be written', async () => {
    const write = db.staleRead({ exact: times.after }, past => past.query('DELETE FROM prices'))
    await expect(write).rejects.toMatchObject({ code: '25006' })
  })

  test('the future is refused by the server, nonsense before it gets there', async () => {
    const future = db.staleRead({ exact: new Date(Date.now() + 3_600_000) }, past => past.query('SELECT 1'))
    await expect(future).rejects.toMatchObject({ severity: 'ERROR' })
    const nonsense = db.staleRead({ exact: "-1s'; DROP TABLE prices; --" }, past => past.query('SELECT 1'))
    await expect(nonsense).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'asOf' })
  })
})

test('follower reads are some seconds old', async () => {
  const texts: string[] = []
  const end = db.observe({ statement: start => void texts.push(start.text) })
  await db.query('CREATE TABLE clocks (id INT8 PRIMARY KEY)')
  const read = db.staleRead({ follower: true, priority: 'high' }, past => past.query('SELECT * FROM clocks'))
  // The table did not exist then; and on a cluster that has just started, there is no then.
  await expect(read).rejects.toMatchObject({ code: expect.toBeOneOf(['42P01', 'XXUUU']) })
  end()
  expect(texts).toContainEqual(
    expect.stringMatching(/^BEGIN READ ONLY, PRIORITY HIGH, AS OF SYSTEM TIME follower_read_timestamp\(\)$/),
  )
})

test('follower reads show rows as they were 4.2 seconds ago, all of them at one moment', async () => {
  await db.query('CREATE TABLE ages (id INT8 PRIMARY KEY, age INT8 NOT NULL)')
  await db.query('INSERT INTO ages VALUES (1, 0), (2, 0)')
  const follow = async (): Promise<{ ages: number[]; staleMs: number }> =>
    await db.staleRead({ follower: true }, async past => {
      const first = await past.query<{ age: string }>('SELECT age FROM ages WHERE id = 1')
      const second = await past.query<{ age: string; stale: string }>(
        'SELECT age, (extract(epoch FROM clock_timestamp()) - extract(epoch FROM now()))::STRING AS stale FROM ages WHERE id = 2',
      )
      return {
        ages: [first, second].map(({ rows }) => Number(rows[0]?.age)),
        staleMs: Number(second.rows[0]?.stale) * 1000,
      }
    })
  // Until then the table did not exist.
  await expect
    .poll(
      () =>
        follow().then(
          ({ ages }) => ages,
          () => undefined,
        ),
      { timeout: 10_000, interval: 50 },
    )
    .toEqual([0, 0])
  const written = performance.now()
  await db.query('UPDATE ages SET age = age + 1')
  const { ages, staleMs } = await follow()
  expect(ages).toEqual([0, 0])
  expect(staleMs).toBeGreaterThanOrEqual(4_000)
  await expect.poll(async () => (await follow()).ages, { timeout: 10_000, interval: 20 }).toEqual([1, 1])
  expect(performance.now() - written).toBeGreaterThan(4_000)
}, 30_000)

describe('bounded staleness', () => {
  const one = "SELECT amount FROM prices WHERE sku = 'tea'"

  test('reads a row by its key no staler than asked', async () => {
    const options = { timeout: 8_000, interval: 100 } // followers are some seconds behind
    await expect
      .poll(async () => {
        const { rows } = await db.staleRead({ maxStaleness: '10s' }, past => past.query<{ amount: string }>(one))
        return rows[0]?.amount
      }, options)
      .toBe('2')
  })

  test('falls back to the bound itself for more than one row, and remembers it', async () => {
    const texts: string[] = []
    const end = db.observe({ statement: start => void texts.push(start.text) })
    try {
      const read = db.staleRead({ minTimestamp: times.between }, async past => [
        (await past.query(amounts, [0])).rows,
        (await past.query({ text: amounts, values: [0] })).rows,
      ])
      expect(await read).toEqual(
        [0, 1].map(() => [
          { sku: 'milk', amount: '1' },
          { sku: 'tea', amount: '1' },
        ]),
      )
    } finally {
      end()
    }
    const reads = texts.filter(text => text.includes('AS OF SYSTEM TIME'))
    expect(reads.map(text => text.includes('with_min_timestamp'))).toEqual([true, false, false])
  })

  test('without the fallback the server’s refusal is thrown', async () => {
    const read = db.staleRead({ maxStaleness: '10s', fallback: 'error' }, past => past.query(amounts, [0]))
    await expect(read).rejects.toMatchObject({ code: '0A000' })
  })

  test('nearestOnly is demanded of the server, and falls back where no near replica can serve', async () => {
    const texts: string[] = []
    const end = db.observe({ statement: start => void texts.push(start.text) })
    const read = (maxStaleness: string, fallback?: 'error') =>
      db.staleRead({ maxStaleness, nearestOnly: true, fallback }, past => past.query<{ amount: string }>(one))
    try {
      // Replicas are some seconds behind, so that half a second is too fresh for them. A lone node has none that are far.
      const refused = read('500ms', 'error').then(
        () => 'served',
        (error: unknown) => Reflect.get(Object(error), 'code'),
      )
      expect(await refused).toBeOneOf(['XCUBS', 'served'])
      await expect.poll(async () => (await read('500ms')).rows, { timeout: 8_000 }).toEqual([{ amount: '2' }])
      expect((await read('1h')).rows).toEqual([{ amount: '2' }])
    } finally {
      end()
    }
    expect(texts.filter(text => text.includes("with_max_staleness('500ms', true)")).length).toBeGreaterThan(1)
    // A read that a near replica could not serve just now is tried there again.
    expect(texts.at(-1)).toContain("with_max_staleness('1h', true)")
  })

  test('statements that have no place for the time are refused', async () => {
    const read = db.staleRead({ maxStaleness: '10s' }, past => past.query('SELECT 1'))
    await expect(read).rejects.toMatchObject({ code: 'CERCI_STALE_READ_STATEMENT' })
  })
})

test.each([{}, { follower: true, exact: '-1s' }])('exactly one kind of staleness is needed: %j', async options => {
  const read = db.staleRead(options as { follower: true }, past => past.query('SELECT 1'))
  await expect(read).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'staleRead' })
})
