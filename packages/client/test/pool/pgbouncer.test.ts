import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { parseConnectionString } from '../../src/cluster/connection-string.js'
import { caught } from '../fixture/caught.js'
import { PgBouncer, pgBouncerVersion } from '../fixture/pgbouncer.js'
import { Proxy } from '../fixture/proxy.js'

const reason = pgBouncerVersion() === undefined ? ' (needs the program pgbouncer)' : ''

describe.skipIf(reason !== '')(`behind a PgBouncer that pools transactions${reason}`, () => {
  let bouncer: PgBouncer
  let proxy: Proxy
  let url: string

  beforeAll(async () => {
    const direct = parseConnectionString(await freshDatabase())
    const [host] = direct.hosts
    bouncer = await PgBouncer.start({ host: host?.host ?? '', port: host?.port ?? 0, user: direct.user ?? '' }, 2)
    proxy = await Proxy.start({ host: '127.0.0.1', port: bouncer.port })
    url = `postgresql://${direct.user}@127.0.0.1:${proxy.port}/${direct.database}?sslmode=disable`
  })

  afterAll(async () => {
    await proxy.stop()
    await bouncer.stop()
  })

  async function using<T>(parameters: string, body: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = new Cluster(`${url}${parameters}`)
    try {
      return await body(cluster)
    } finally {
      await cluster.close({ deadlineMs: 1_000 })
    }
  }

  it.each(['&pgbouncer=true', '&statement_cache_size=0'])(
    'statements and transactions of many clients share two connections: %s',
    parameter =>
      using(parameter, async cluster => {
        await cluster.query('CREATE TABLE IF NOT EXISTS accounts (id INT8 PRIMARY KEY, balance INT8 NOT NULL)')
        await cluster.query('UPSERT INTO accounts SELECT i, 100 FROM generate_series(1, 10) AS g (i)')
        const names: string[] = []
        proxy.onQuestion = ({ text }) => {
          if (text.startsWith('P')) names.push(text.slice(5, text.indexOf('\0', 5)))
          return 'pass'
        }
        const worker = async (id: number): Promise<void> => {
          for (let n = 1; n <= 10; n++) {
            await cluster.query('SELECT balance FROM accounts WHERE id = $1', [id])
            await cluster.transaction(async tx => {
              await tx.query('UPDATE accounts SET balance = balance - $1 WHERE id = $2', [n, id])
              await tx.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [n, (id % 10) + 1])
            })
            await cluster.batch([
              { text: 'SELECT count(*) FROM accounts WHERE id > $1', values: [n] },
              { text: 'UPDATE accounts SET balance = balance + $1 WHERE id = $2', values: [0, id] },
            ])
          }
        }
        await Promise.all(Array.from({ length: 10 }, (_, at) => worker(at + 1)))
        proxy.onQuestion = () => 'pass'
        const { rows } = await cluster.query<{ balance: string }>('SELECT balance FROM accounts')
        expect(rows.map(({ balance }) => balance)).toEqual(Array.from({ length: 10 }, () => '100'))
        expect(names.length).toBeGreaterThan(100)
        expect(new Set(names)).toEqual(new Set(['']))
      }),
  )

  it('limits are carried out on the server', () =>
    using('&pgbouncer=true', async cluster => {
      const slow = { text: 'SELECT pg_sleep(20)', timeoutMs: 100 }
      expect(await caught(cluster.query(slow))).toMatchObject({ code: 'CERCI_QUERY_TIMEOUT', outcome: 'cancelled' })
    }))

  it('says what it refuses at startup', () =>
    using('&pgbouncer=true&statement_timeout=1000', async cluster => {
      expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
        code: 'CERCI_CONNECTION',
        message: expect.stringContaining('unsupported startup parameter: statement_timeout'),
      })
    }))
})
