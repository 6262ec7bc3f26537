import { randomBytes, randomUUID } from 'node:crypto'
import { Cluster } from 'cerci'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { createLogger } from '../../src/logging/create-logger.js'
import { applyMigrations } from '../../src/migrations/apply-migrations.js'
import { readMigrations } from '../../src/migrations/read-migrations.js'
import { createStorefront } from '../../src/storefront.js'
import { Api } from '../fixture/api.js'
import { servers } from '../fixture/storefront.js'

describe.each(servers)('X-Forwarded-For on %s', async (_, createServer) => {
  const cluster = new Cluster({ connectionString: await freshDatabase(), max: 4 })
  await applyMigrations(cluster, await readMigrations())
  afterAll(() => cluster.close())

  /** Whether so many wrong passwords for one account, each with a header of its own, are held back. */
  async function isHeldBack(proxies: number, header: (attempt: number) => string): Promise<boolean> {
    const storefront = await createStorefront({
      cluster,
      createServer,
      proxies,
      logger: createLogger('silent'),
      accessTokenSecret: randomBytes(32),
      passwordHashing: { memoryKib: 64, passes: 1 },
    })
    try {
      const api = new Api(await storefront.listen({ host: '127.0.0.1', port: 0 }))
      const login = { email: `${randomUUID()}@example.com`, password: 'a wrong password' }
      const statuses: number[] = []
      for (let attempt = 1; attempt <= 11; attempt += 1) {
        const { status } = await api.post('/sessions', login, { 'x-forwarded-for': header(attempt) })
        statuses.push(status)
      }
      expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401))
      return statuses[10] === 429
    } finally {
      await storefront.close({ deadlineMs: 1000 })
    }
  }

  test('is not believed without a proxy', async () => {
    expect(await isHeldBack(0, attempt => `10.0.0.${attempt}`)).toBe(true)
  })

  test('is believed as far as the proxies have written it, and no further', async () => {
    expect(await isHeldBack(1, attempt => `10.0.0.${attempt}, 203.0.113.5`)).toBe(true)
    expect(await isHeldBack(1, attempt => `203.0.113.5, 10.0.1.${attempt}`)).toBe(false)
    expect(await isHeldBack(2, attempt => `10.0.0.${attempt}, 203.0.113.6, 10.9.9.9`)).toBe(true)
  })

  test('of an IPv6 customer counts by the network', async () => {
    expect(await isHeldBack(1, attempt => `2001:db8:0:7::${attempt}`)).toBe(true)
  })
})
