import { randomBytes } from 'node:crypto'
import { Cluster } from 'cerci'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { createLogger } from '../../src/logging/create-logger.js'
import { applyMigrations } from '../../src/migrations/apply-migrations.js'
import { readMigrations } from '../../src/migrations/read-migrations.js'
import { createStorefront } from '../../src/storefront.js'
import { Api } from '../fixture/api.js'
import { servers } from '../fixture/storefront.js'

describe.each(servers)('too much at once on %s', async (_, createServer) => {
  const cluster = new Cluster({ connectionString: await freshDatabase(), max: 1 })
  await applyMigrations(cluster, await readMigrations())
  const storefront = await createStorefront({
    cluster,
    createServer,
    logger: createLogger('silent'),
    accessTokenSecret: randomBytes(32),
    maxQueued: 2,
  })
  const api = new Api(await storefront.listen({ host: '127.0.0.1', port: 0 }))
  afterAll(async () => {
    await storefront.close()
    await cluster.close()
  })

  test('is refused at once, while those who wait are served and the operators are answered', async () => {
    const client = await cluster.pool.connect()
    // Of different things: those who ask for the same share one read.
    const waiting = [api.get('/products?limit=1'), api.get('/products?limit=2')]
    while (cluster.pool.waitingCount < 2) await new Promise(resolve => setImmediate(resolve))
    const refused = await api.get('/products')
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.get('/health/live')).status).toBe(200)
    client.release()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
    expect((await api.get('/products')).status).toBe(200)
  })
})
