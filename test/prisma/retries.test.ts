import { randomUUID } from 'node:crypto'
import { ambiguousCommits, type FaultRule, lostReplies, retryErrors } from '@cerci/dev-cluster'
import { type Prisma, PrismaClient } from '@cerci/example-prisma/client'
import { connect, type Database, type PrismaLogEntry } from '@cerci/example-prisma/connect'
import { PrismaPg } from '@prisma/adapter-pg'
import { AmbiguousCommitError, Cluster } from 'cerci'
import { withPrisma } from 'cerci/prisma'
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, it } from 'vitest'
import { caught } from '../contract/fixture/caught.js'
import { describeFaults } from '../fixture/cluster.js'
import { openPrismaCluster, type PrismaCluster } from './prisma-cluster.js'

const atStatement: FaultRule = retryErrors({ times: 1, inTransaction: true, fingerprint: 'users' })
const atCommit: FaultRule = retryErrors({ times: 1, inTransaction: true, stage: 'commit' })

describeFaults('what Prisma does with 40001', () => {
  let opened: PrismaCluster
  let stock: PrismaClient
  let database: Database
  const log: PrismaLogEntry[] = []
  beforeAll(async () => {
    opened = await openPrismaCluster()
    stock = new PrismaClient({ adapter: new PrismaPg({ connectionString: opened.dev.node(1).url }) })
    database = connect(opened.cluster, entry => void log.push(entry))
  }, 60_000)
  afterAll(async () => {
    await stock.$disconnect()
    await database[Symbol.asyncDispose]()
    await opened[Symbol.asyncDispose]()
  })
  afterEach(() => opened.dev.faults.clear())

  it('by itself, it gives up: P2034 at a statement, and at COMMIT an error that says nothing in its code', async () => {
    opened.dev.faults.add(atStatement)
    expect(await caught(stock.$transaction(tx => tx.user.create({ data: newUser() })))).toMatchObject({ code: 'P2034' })
    opened.dev.faults.clear()
    opened.dev.faults.add(atCommit)
    const error = await caught(stock.$transaction([stock.user.create({ data: newUser() }), stock.user.count()]))
    expect(error).not.toHaveProperty('code')
    expect(error).toMatchObject({ cause: { originalCode: '40001' } })
    opened.dev.faults.clear()
    opened.dev.faults.add(atStatement)
    const raw = stock.$transaction(tx => tx.$queryRaw`SELECT count(*) FROM users`)
    expect(await caught(raw)).toMatchObject({ code: 'P2010' })
  })

  it('with cerci, extensions that come later count within transactions, which run again, and within those in them', async () => {
    const hooked: string[] = []
    const extended = database.client.$extends({
      query: {
        user: {
          async create({ args, query }) {
            hooked.push(args.data.name)
            return await query(args)
          },
        },
      },
      result: { user: { loud: { needs: { name: true }, compute: ({ name }) => name.toUpperCase() } } },
    })
    opened.dev.faults.add(atCommit)
    const loud = await extended.$transaction(async tx => {
      const outer = await tx.user.create({ data: { ...newUser(), name: 'outer' } })
      const inner = await tx.$transaction(within => within.user.create({ data: { ...newUser(), name: 'inner' } }))
      const [third] = await tx.$transaction([tx.user.findUniqueOrThrow({ where: { id: inner.id } })])
      return [outer.loud, inner.loud, third.loud]
    })
    expect(loud).toEqual(['OUTER', 'INNER', 'INNER'])
    expect(hooked).toEqual(['outer', 'inner', 'outer', 'inner'])
  })

  it.each([
    ['a statement', atStatement],
    ['COMMIT', atCommit],
  ])('with cerci, at %s, nested writes, batches and functions run again as a whole', async (_, rule) => {
    const { client: prisma } = database
    const works: (() => Promise<unknown>)[] = [
      () => prisma.user.create({ data: nested() }),
      () => prisma.$transaction([prisma.user.create({ data: newUser() }), prisma.user.count()]),
      () => prisma.$transaction(tx => tx.user.create({ data: newUser() }), { isolationLevel: 'Serializable' }),
      () => prisma.$transaction(tx => tx.$executeRaw`UPDATE users SET version = version WHERE false`),
    ]
    for (const [at, work] of works.entries()) {
      const users = await prisma.user.count()
      opened.dev.faults.add(rule)
      await work()
      expect(opened.dev.faults.list()[0]?.hits).toBe(1)
      opened.dev.faults.clear()
      expect(await prisma.user.count()).toBe(users + (at === 3 ? 0 : 1))
    }
  })

  it('with cerci, a write within a transaction is not run again by itself', async () => {
    const { client: prisma } = database
    const seen: number[] = []
    opened.dev.faults.add(atStatement)
    await prisma.$transaction(async tx => {
      seen.push(seen.length)
      await tx.user.create({ data: newUser() })
      await tx.user.create({ data: newUser() })
    })
    expect(seen).toEqual([0, 1])
  })

  it('by itself, fails with its BEGIN; with cerci, begins again', async () => {
    const lost = lostReplies({ fingerprint: 'BEGIN', times: 1 })
    opened.dev.faults.add(lost)
    expect(await caught(stock.$transaction(tx => tx.user.count()))).toMatchObject({ code: 'P1017' })
    opened.dev.faults.clear()
    opened.dev.faults.add(lost)
    const { client: prisma } = database
    expect(await prisma.$transaction(tx => tx.user.count())).toBe(await prisma.user.count())
    expect(opened.dev.faults.list()[0]?.hits).toBe(1)
  })

  it('keeps the options of $transaction', async () => {
    const { client: prisma } = database
    const slow = prisma.$transaction(
      async tx => {
        await tx.$queryRaw`SELECT count(pg_sleep(0.5))`
        await tx.user.count()
      },
      { timeout: 200 },
    )
    expect(await caught(slow)).toMatchObject({ code: 'P2028' })
    const isolation = await prisma.$transaction(
      tx => tx.$queryRaw<{ transaction_isolation: string }[]>`SHOW transaction_isolation`,
      { isolationLevel: 'ReadCommitted' },
    )
    expect(isolation).toEqual([{ transaction_isolation: 'read committed' }])
  })

  it('lets the isolation of $transaction count more than the default of the cluster', async () => {
    const cluster = new Cluster({ connectionString: opened.dev.url, transaction: { isolation: 'serializable' } })
    const { client: prisma } = connect(cluster)
    const isolation = await prisma.$transaction(
      tx => tx.$queryRaw<{ transaction_isolation: string }[]>`SHOW transaction_isolation`,
      { isolationLevel: 'ReadCommitted' },
    )
    expect(isolation).toEqual([{ transaction_isolation: 'read committed' }])
    await cluster.close()
  })

  it('gives an attempt of transaction() the time of its deadline, where it has one of its own', async () => {
    const cluster = new Cluster({ connectionString: opened.dev.url, transaction: { deadlineMs: 200 } })
    const { transaction } = connect(cluster)
    expect(await caught(transaction(countSlowly))).toMatchObject({ code: 'P2028' })
    expect(await transaction(countSlowly, { deadlineMs: 'unlimited' })).toBe(await database.client.user.count())
    await cluster.close()
  })

  it('by itself, calls a transaction a success whose error the function swallows; with cerci, says what failed', async () => {
    const { email } = await stock.user.create({ data: newUser() })
    const added = newUser()
    const swallow = async (tx: Prisma.TransactionClient): Promise<string> => {
      await tx.user.create({ data: added })
      await caught(tx.user.create({ data: { ...newUser(), email } }))
      return 'done'
    }
    expect(await stock.$transaction(swallow)).toBe('done')
    expect(await stock.user.count({ where: { email: added.email } })).toBe(0)
    const error = await caught(database.client.$transaction(swallow))
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', sqlState: '23505' })
  })

  it('is typed as Prisma is, in both forms', () => {
    const { client: prisma } = database
    const batch = () => prisma.$transaction([prisma.user.count(), prisma.user.findMany({ select: { id: true } })])
    expectTypeOf(batch).returns.resolves.toEqualTypeOf<[number, { id: string }[]]>()
    const interactive = () => prisma.$transaction(async tx => (await tx.account.findFirstOrThrow()).userId)
    expectTypeOf(interactive).returns.resolves.toEqualTypeOf<string>()
  })

  it('by itself, does not run nested writes again', async () => {
    opened.dev.faults.add(retryErrors({ inTransaction: true, fingerprint: 'users' }))
    const error = await caught(stock.user.create({ data: nested() }))
    expect([error, opened.dev.faults.list()[0]?.hits]).toMatchObject([{ code: 'P2034' }, 1])
  })

  it.each([
    { kind: 'batch', committed: true },
    { kind: 'batch', committed: false },
    { kind: 'nested write', committed: true },
    { kind: 'nested write', committed: false },
  ])(
    'an ambiguous COMMIT of a $kind is an AmbiguousCommitError, and is not repeated, committed: $committed',
    async ({ kind, committed }) => {
      const { client: prisma } = database
      const { id } = await prisma.user.create({ data: newUser() })
      opened.dev.faults.add(ambiguousCommits({ times: 1, inTransaction: true, committed }))
      // A post has no unique key that would make a second write of it fail.
      const work =
        kind === 'batch'
          ? prisma.$transaction([prisma.post.create({ data: { userId: id, title: 'once' } }), prisma.user.count()])
          : prisma.user.update({ where: { id }, data: { version: 2, posts: { create: { title: 'once' } } } })
      expect(await caught(work)).toBeInstanceOf(AmbiguousCommitError)
      expect(opened.dev.faults.list()[0]?.hits).toBe(1)
      expect(await prisma.post.count({ where: { userId: id } })).toBe(committed ? 1 : 0)
    },
  )

  it('knows the codes of Prisma for a duplicate key and for nothing found, with cerci as by itself', async () => {
    for (const prisma of [stock, database.client]) {
      const { id, email } = await prisma.user.create({ data: newUser() })
      expect(await caught(prisma.user.create({ data: { email, name: 'Bob' } }))).toMatchObject({ code: 'P2002' })
      await prisma.user.delete({ where: { id } })
      expect(await caught(prisma.user.delete({ where: { id } }))).toMatchObject({ code: 'P2025' })
      expect(await caught(prisma.user.findUniqueOrThrow({ where: { id } }))).toMatchObject({ code: 'P2025' })
    }
  })

  it('logs queries with their duration, and errors', async () => {
    log.length = 0
    await database.client.user.count()
    await database.client.$queryRaw`SELECT nothing`.catch(() => {})
    expect(log).toContainEqual({
      level: 'query',
      message: expect.stringMatching(/^SELECT/),
      durationMs: expect.any(Number),
    })
    expect(log.map(({ level }) => level)).toContain('error')
  })

  it('tells observers of queries and retries, under one fingerprint', async () => {
    const { cluster } = opened
    const retries: unknown[] = []
    const unobserve = cluster.observe({ retry: event => void retries.push(event.kind) })
    opened.dev.faults.add(atCommit)
    await database.client.user.create({ data: nested() })
    unobserve()
    expect(retries).toEqual(['transaction'])
  })
})

it('is exact beyond 2^53 and in DECIMAL', async () => {
  await using opened = await openPrismaCluster()
  await using database = connect(opened.cluster)
  const stock = new PrismaClient({ adapter: new PrismaPg({ connectionString: opened.dev.node(1).url }) })
  const views = 9_007_199_254_740_993n
  for (const prisma of [database.client, stock]) {
    const user = await prisma.user.create({
      data: {
        ...newUser(),
        account: { create: { balance: '12345678901234567.89' } },
        posts: { create: { title: 'seen', views } },
      },
      include: { account: true, posts: true },
    })
    expect([user.posts[0]?.views, user.account?.balance.toFixed(2)]).toEqual([views, '12345678901234567.89'])
  }
  await stock.$disconnect()
}, 60_000)

function newUser(): { email: string; name: string } {
  return { email: `${randomUUID()}@example.com`, name: 'Ada' }
}

async function countSlowly(tx: Prisma.TransactionClient): Promise<number> {
  await tx.$queryRaw`SELECT count(pg_sleep(0.5))`
  return await tx.user.count()
}

function nested() {
  return { ...newUser(), account: { create: { balance: '1.00' } } }
}

it('is refused where it does not run on the pool of the cluster', () => {
  const url = 'postgresql://app@127.0.0.1:1/bank'
  const cluster = new Cluster(url)
  const other = new Cluster(url)
  expect(() => withPrisma(cluster, stockOn(cluster.pool))).not.toThrow()
  for (const client of [stockOn(other.pool), stockOn({ connectionString: url })])
    expect(() => withPrisma(cluster, client)).toThrow(
      expect.objectContaining({ code: 'CERCI_INVALID_OPTION', option: 'prisma' }),
    )
})

function stockOn(pool: Cluster['pool'] | { readonly connectionString: string }): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) })
}

it('has the types of Prisma in its transactions, with nothing said of them', () => {
  type Transaction = ReturnType<typeof inferred>['transaction']
  expectTypeOf<Parameters<Parameters<Transaction>[0]>[0]>().toEqualTypeOf<Prisma.TransactionClient>()
})

/** What is inferred is the point. */
function inferred(cluster: Cluster, client: PrismaClient) {
  return withPrisma(cluster, client)
}
