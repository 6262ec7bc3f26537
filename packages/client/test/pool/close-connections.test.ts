import { describe, expect, it } from 'vitest'
import { caught, until } from '../fixture/caught.js'
import { poolsOfFreshDatabase } from '../fixture/pools.js'

const open = await poolsOfFreshDatabase()

describe('closing', () => {
  it('lets what runs and waits finish', async () => {
    const pool = open({ max: 1 })
    await pool.query('SELECT 1')
    const running = [pool.query('SELECT pg_sleep(0.05)'), pool.query("SELECT 'waited' AS a")]
    const closed = pool.close()
    expect(await caught(pool.query('SELECT 1'))).toMatchObject({ code: 'CERCI_POOL_CLOSED' })
    const results = await Promise.all(running)
    expect(results.at(-1)?.rows).toEqual([{ a: 'waited' }])
    await closed
    expect(pool).toMatchObject({ ending: true, ended: true, totalCount: 0 })
    await pool.close()
  })

  it('cancels what runs at the deadline, and settles everybody', async () => {
    const pool = open({ max: 1 })
    const running = caught(pool.query('SELECT pg_sleep(20)'))
    const waiting = caught(pool.query('SELECT 1'))
    await until('the statement runs', () => pool.totalCount === 1 && pool.idleCount === 0 && pool.waitingCount === 1)
    const began = performance.now()
    await pool.close({ deadlineMs: 100 })
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(await running).toMatchObject({ code: 'CERCI_POOL_CLOSED', outcome: 'cancelled', sqlState: '57014' })
    expect(await waiting).toMatchObject({ code: 'CERCI_POOL_CLOSED', outcome: 'not-executed' })
  })

  it('waits for nothing when the last one in line is refused a connection', async () => {
    const refused = open({ database: 'no_such_database' })
    const refusal = caught(refused.query('SELECT 1'))
    await refused.close({ deadlineMs: 600_000 })
    expect(await refusal).toMatchObject({ code: 'CERCI_CONNECTION', sqlState: '3D000' })
  })

  it('cuts clients that are never released', async () => {
    const pool = open({ max: 1 })
    const client = await pool.connect()
    await pool.close({ deadlineMs: 10 })
    expect(await caught(client.query('SELECT 1'))).toMatchObject({
      code: 'CERCI_CONNECTION_LOST',
      cause: { code: 'CERCI_POOL_CLOSED' },
    })
    client.release()
    expect(pool.totalCount).toBe(0)
  })
})
