import { DevCluster } from '@cerci/dev-cluster'
import { PrismaClient } from '@cerci/example-prisma/client'
import { connect } from '@cerci/example-prisma/connect'
import { PrismaPg } from '@prisma/adapter-pg'
import { Cluster, ConnectionError, classify } from 'cerci'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { caught } from '../contract/fixture/caught.js'
import { describeFaults } from '../fixture/cluster.js'

describeFaults('a connection that cannot be opened', () => {
  let dev: DevCluster
  beforeAll(async () => {
    dev = await DevCluster.start({ nodes: 1, secure: true })
    const root = new Cluster(dev.url)
    await root.query("CREATE USER carl WITH PASSWORD 'hunter2'")
    await root.close()
  }, 60_000)
  afterAll(() => dev.stop())

  /** The dev cluster's URL for another user or database, with a password in place of the certificate. */
  function urlOf(user: string, password: string, database: string): string {
    const url = new URL(dev.url)
    Object.assign(url, { username: user, password, pathname: `/${database}` })
    for (const name of ['sslcert', 'sslkey']) url.searchParams.delete(name)
    return url.href
  }

  it.each([
    ['P1001', 'no node listens', () => 'postgresql://root@127.0.0.1:1/defaultdb'],
    ['P1003', 'there is no such database', () => urlOf('carl', 'hunter2', 'no_such_database')],
    ['P1000', 'the password is wrong', () => urlOf('carl', 'hunter3', 'defaultdb')],
  ])('is %s, with cerci as by itself, when %s', async (code, _, url) => {
    const stock = new PrismaClient({ adapter: new PrismaPg({ connectionString: url() }) })
    expect(await caught(stock.user.count())).toMatchObject({ code })
    await stock.$disconnect()

    const cluster = new Cluster(url())
    onTestFinished(() => cluster.close())
    await using database = connect(cluster)
    const { client: prisma, transaction } = database
    for (const work of [
      () => prisma.user.count(),
      () => prisma.user.deleteMany(),
      () => prisma.$transaction([prisma.user.deleteMany(), prisma.user.count()]),
      () => prisma.$transaction(tx => tx.user.count()),
      () => transaction(tx => tx.user.count()),
    ]) {
      const error = await caught(work())
      expect(error).toMatchObject({ name: 'PrismaClientKnownRequestError', code })
      expect(error).toMatchObject({ meta: { driverAdapterError: { cause: { cause: expect.any(ConnectionError) } } } })
      expect(classify(error)).toEqual({ kind: 'final', code: 'CERCI_CONNECTION' })
    }
  })

  it('is P1001 in an outage of a cluster that was connected, too, and a pool in use says itself what to do', async () => {
    const outage = await DevCluster.start({ nodes: 1 })
    onTestFinished(() => outage.stop())
    const cluster = new Cluster({ connectionString: outage.url, max: 1, acquireTimeoutMs: 300 })
    onTestFinished(() => cluster.close())
    await using database = connect(cluster)
    const { client: prisma, transaction } = database
    const ways = [
      () => prisma.user.count(),
      () => prisma.user.deleteMany(),
      () => prisma.$transaction(tx => tx.user.count()),
      () => transaction(tx => tx.user.count()),
    ]
    await cluster.warmUp()
    await prisma.$queryRaw`SELECT 1`

    const held = await cluster.pool.connect()
    const [read, ...writes] = await Promise.all(ways.map(work => caught(work())))
    expect(read).toMatchObject({ code: 'P2039', message: expect.stringContaining('or raise `max`.') })
    expect(classify(read)).toEqual({ kind: 'final', code: 'CERCI_POOL_TIMEOUT' })
    for (const write of writes) expect(write).toMatchObject({ code: 'CERCI_POOL_TIMEOUT', reason: 'busy' })
    held.release()

    await Promise.all(outage.nodes.map(node => node.kill()))
    for (const work of ways) {
      const error = await caught(work())
      expect(error).toMatchObject({ name: 'PrismaClientKnownRequestError', code: 'P1001' })
      expect(classify(error)).toEqual({ kind: 'final', code: 'CERCI_POOL_TIMEOUT' })
    }
    expect(await caught(prisma.$queryRaw`SELECT 1`)).toMatchObject({ code: 'P2010' }) // as by itself
  })
})
