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

  test('statements that have no place for the time are refused', async () => {
    const read = db.staleRead({ maxStaleness: '10s' }, past => past.query('SELECT 1'))
    await expect(read).rejects.toMatchObject({ code: 'CERCI_STALE_READ_STATEMENT' })
  })
})

test.each([{}, { follower: true, exact: '-1s' }])('exactly one kind of staleness is needed: %j', async options => {
  const read = db.staleRead(options as { follower: true }, past => past.query('SELECT 1'))
  await expect(read).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'staleRead' })
})
