import { describe, expect, it } from 'vitest'
import { faultySession } from '../faulty-session.js'

const { cluster, inject } = await faultySession()

describe('injected faults', () => {
  describe.each([
    ['simple', (sql: string) => sql],
    ['extended', (text: string) => ({ text, values: [] })],
  ])('a wrong clock, %s protocol', (_protocol, query) => {
    const offset = `SELECT round(extract(epoch FROM now() - clock_timestamp()))::INT4 AS off,
      now() = current_timestamp AND now() = statement_timestamp() AS same`
    const hour = { stage: 'statement', effect: { kind: 'clock', offsetMs: -3_600_000 } } as const

    it('is that of one statement', async () => {
      const client = await cluster.connect()
      inject({ ...hour, times: 1 })
      expect((await client.query(query(offset))).rows).toEqual([{ off: -3600, same: true }])
      cluster.faults.clear()
      expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
    })

    it('is that of one statement in a transaction, and of defaults', async () => {
      const client = await cluster.connect()
      await client.query('CREATE TABLE IF NOT EXISTS stamped (at timestamptz NOT NULL DEFAULT now())')
      await client.query('DELETE FROM stamped')
      inject({ ...hour, fingerprint: 'insert' })
      await client.query('BEGIN')
      await client.query(query('INSERT INTO stamped DEFAULT VALUES'))
      const { rows } = await client.query(
        query('SELECT round(extract(epoch FROM at - now()))::INT4 AS off FROM stamped'),
      )
      expect(rows).toEqual([{ off: -3600 }])
      await client.query('COMMIT')
      expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
    })

    it('ends with a statement that is cancelled', async () => {
      const client = await cluster.connect()
      inject({ ...hour, fingerprint: 'pg_sleep' })
      for (let round = 0; round < 5; round++) {
        const sleeping: Promise<unknown> = client
          .query(query('SELECT now(), pg_sleep(60)'))
          .catch((error: unknown) => error)
        const asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        await expect.poll(() => cluster.engine.query(cluster.database, asleep)).toEqual([{ count: '1' }])
        for (const running of cluster.gateway.sessions())
          if (running.query !== undefined) cluster.gateway.cancelQuery(running.query.id)
        expect(await sleeping).toMatchObject({ code: '57014' })
        expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
      }
    })

    it('ends with a statement that fails, alone and in a transaction', async () => {
      const client = await cluster.connect()
      inject({ ...hour, fingerprint: '/' })
      for (const begin of ['', 'BEGIN']) {
        await client.query(begin)
        await expect(client.query(query("SELECT 1 / (now() - now() = INTERVAL '0')::INT / 0"))).rejects.toMatchObject({
          code: '22012',
        })
        await client.query('ROLLBACK')
        expect((await client.query(query(offset))).rows).toEqual([{ off: 0, same: true }])
      }
    })
  })
})
