import { setTimeout } from 'node:timers/promises'
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
  await expect.poll(() => watch(db)).toMatchObject({ using: 20, waiting: 0, maxSize: Number.POSITIVE_INFINITY })
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
  const forgotten = new Sequelize(options)
  await expect(forgotten.transaction()).rejects.toMatchObject({ parent: { code: 'CERCI_INVALID_OPTION' } })
})

it('keeps the hooks around a connection', async () => {
  const db = open()
  const seen: string[] = []
  for (const hook of ['beforePoolAcquire', 'beforeConnect', 'afterConnect', 'afterPoolAcquire'] as const)
    db.addHook(hook, () => void seen.push(hook))
  await db.query('SELECT 1')
  expect(seen).toEqual(['beforePoolAcquire', 'beforeConnect', 'afterConnect', 'afterPoolAcquire'])
})

it.each([
  ['a limit', { max: 1, acquire: 50 }],
  ['the same number', { max: 10_000, acquire: 50 }],
  ['more than a number', { ...sequelizeOptions(cluster).pool, maxUses: 3 }],
])("leaves Sequelize's own pool where the application has given %s", (_, pool) => {
  expect(watch(open({ pool }))).toMatchObject({ maxSize: pool.max })
})

it('has the limit that the application has set', async () => {
  const db = open({ pool: { max: 1, acquire: 1_000 } })
  const transaction = await db.transaction()
  await expect(db.query('SELECT 1')).rejects.toBeInstanceOf(ConnectionAcquireTimeoutError)
  await transaction.commit()
  await db.query('SELECT 1')
})

it("leaves Sequelize's own pools of readers and writers", async () => {
  const db = open({ replication: { read: [{}], write: {} } })
  await db.query('SELECT 1')
  expect(Object.keys(Object(Reflect.get(db.connectionManager, 'pool')))).toEqual(
    expect.arrayContaining(['read', 'write']),
  )
})

it('tells each of those who ask that no connection can be made, and goes on', async () => {
  const db = open()
  let failing = true
  db.addHook('beforeConnect', () => {
    if (failing) throw new Error('no token')
  })
  const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => db.query('SELECT 1')))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(watch(db)).toMatchObject({ size: 0 })
  failing = false
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

it('lets what runs finish when it is closed, be it closed twice, and gives nothing more away', async () => {
  const db = open()
  const order: string[] = []
  db.addHook('beforeConnect', () => setTimeout(200))
  db.addHook('afterDisconnect', () => void order.push('disconnected'))
  const first = db.query('SELECT 1').then(() => order.push('query'))
  await expect.poll(() => watch(db)).toMatchObject({ size: 1, using: 0 })
  const closing = [db.close(), db.close()].map(each => each.then(() => order.push('closed')))
  await expect(db.query('SELECT 1')).rejects.toThrow('closed')
  await Promise.all([first, ...closing])
  expect(order).toEqual(['query', 'disconnected', 'closed', 'closed'])
  expect((await cluster.query('SELECT 1')).rowCount).toBe(1)
})

it('is closed when the last connection in use is destroyed, and says what failed after all have ended', async () => {
  const db = open()
  const manager = db.connectionManager
  const [used, ...idle] = await Promise.all(
    Array.from({ length: 3 }, () => manager.getConnection({ type: 'write', useMaster: true })),
  )
  for (const connection of idle) manager.releaseConnection(connection)
  let disconnected = 0
  db.addHook('afterDisconnect', async () => {
    if (disconnected++ === 1) throw new Error('a hook of its own')
    await setTimeout(20)
  })
  const closing = db.close()
  await manager.destroyConnection(Object(used))
  await expect(closing).rejects.toMatchObject({ errors: [{ message: 'a hook of its own' }] })
  expect({ disconnected, ...watch(db) }).toMatchObject({ disconnected: 3, size: 0 })
})
