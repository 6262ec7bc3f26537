import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { ConnectionAcquireTimeoutError, type Options, Sequelize } from 'sequelize'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/index.js'

const cluster = new Cluster({ connectionString: await freshDatabase(), max: 4 })

afterAll(async () => {
  await cluster.close()
})

function open(options: Options = {}): Sequelize {
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false, ...options })
  withSequelize(cluster, db)
  onTestFinished(() => db.close().catch(() => {}))
  return db
}

/** What `sequelize-pool` tells those who watch it. */
function watch(db: Sequelize): object {
  const pool: unknown = Reflect.get(db.connectionManager, 'pool')
  const { size, available, using, waiting, maxSize } = Object(pool)
  return { size, available, using, waiting, maxSize }
}

it('has as many connections as are asked for at once, and uses them again', async () => {
  const db = open()
  let connected = 0
  db.addHook('afterConnect', () => void connected++)
  await db.query('SELECT 1')
  await db.query('SELECT 1')
  expect(connected).toBe(1)
  const sleeping = Promise.all(Array.from({ length: 20 }, () => db.query('SELECT pg_sleep(0.2)')))
  await expect.poll(() => watch(db)).toMatchObject({ using: 20, waiting: 0, maxSize: 10_000 })
  await sleeping
  expect(watch(db)).toMatchObject({ size: 20, available: 20, using: 0 })
  expect(connected).toBe(20)
  expect(cluster.pool.totalCount).toBeLessThanOrEqual(4)
})

it('gives back what each of several Sequelizes with the same options has borrowed', async () => {
  const options = { ...sequelizeOptions(cluster), logging: false }
  for (const db of [new Sequelize(options), new Sequelize(options)]) {
    const { transaction } = withSequelize(cluster, db)
    withSequelize(cluster, db)
    await transaction(tx => db.query('SELECT 1', { transaction: tx }))
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount)
    await db.close()
  }
})

it('keeps the hooks around a connection', async () => {
  const db = open()
  const seen: string[] = []
  for (const hook of ['beforePoolAcquire', 'beforeConnect', 'afterConnect', 'afterPoolAcquire'] as const)
    db.addHook(hook, () => void seen.push(hook))
  await db.query('SELECT 1')
  expect(seen).toEqual(['beforePoolAcquire', 'beforeConnect', 'afterConnect', 'afterPoolAcquire'])
})

it("leaves Sequelize's own pool where the application has set a limit", async () => {
  const db = open({ pool: { max: 1, acquire: 50 } })
  const transaction = await db.transaction()
  await expect(db.query('SELECT 1')).rejects.toBeInstanceOf(ConnectionAcquireTimeoutError)
  await transaction.commit()
  await db.query('SELECT 1')
})

it('does not use again what was destroyed or turned out invalid', async () => {
  const db = open()
  const manager = db.connectionManager
  const take = () => manager.getConnection({ type: 'write', useMaster: true })
  const first = await take()
  await manager.destroyConnection(first)
  await manager.destroyConnection(first)
  expect(watch(db)).toMatchObject({ size: 0 })
  const second = await take()
  expect(second).not.toBe(first)
  manager.releaseConnection(second)
  manager.releaseConnection(second)
  expect(watch(db)).toMatchObject({ available: 1, using: 0 })
  Object.assign(second, { _invalid: true }) // as Sequelize marks it
  const third = await take()
  expect(third).not.toBe(second)
  manager.releaseConnection(third)
  await manager.destroyConnection(third)
  expect(watch(db)).toMatchObject({ size: 0 })
})

it('lets what runs finish when it is closed, and gives nothing more away', async () => {
  const db = open()
  const running = db.query('SELECT pg_sleep(0.1), 7::INT4 AS seven')
  await expect.poll(() => watch(db)).toMatchObject({ using: 1 })
  await db.close()
  await expect(running).resolves.toMatchObject([[{ seven: 7 }], {}])
  await expect(db.query('SELECT 1')).rejects.toThrow('closed')
  expect((await cluster.query('SELECT 1')).rowCount).toBe(1)
})
