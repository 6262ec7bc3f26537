import { randomUUID } from 'node:crypto'
import { Cluster } from 'cerci'
import { closedLoop } from '../measure/closed-loop.js'
import { HttpConnection } from '../measure/http-connection.js'
import { interleave } from '../measure/interleave.js'
import { report } from '../measure/report.js'
import type { Server } from '../server.js'
import { administrator, type Service, startStorefront, startTutorial } from '../services.js'

const CONNECTIONS = 50
const POOL_MAX = 20
const READ_ROUND_MS = 2_000
const TRANSFER_ROUND_MS = 5_000
const ROUNDS = 7
const PAGE_SIZE = 25
const HOT_ACCOUNTS = 10
const IMPORTED_ORDERS = 500

/** The storefront against the tutorial's service for the same routes, each in a process of its own, on one database of one cluster. */
export async function storefront(server: Server): Promise<void> {
  const database = `bench_storefront_${randomUUID().slice(0, 8)}`
  const cluster = new Cluster({ connectionString: server.url, max: 2 })
  await cluster.query(`CREATE DATABASE ${database}`)
  const url = withDatabase(server.url, database)
  const own = await startStorefront(url, POOL_MAX)
  const tutorial = await startTutorial(withDatabase(server.firstUrl, database), POOL_MAX)
  const shop = new Cluster({ connectionString: url, max: 2 })
  try {
    const contest = new Contest(tutorial, own)
    await compareReads(contest, shop)
    await compareTransfers(contest, shop)
    await compareImports(contest, shop)
  } finally {
    await Promise.all([own.stop(), tutorial.stop(), shop.close()])
    await cluster.query(`DROP DATABASE ${database} CASCADE`)
    await cluster.close()
  }
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

interface Load {
  readonly title: string
  readonly connections: number
  readonly roundMs: number
  /** The request of each service; the storefront's may differ where its interface does. */
  readonly tutorial: () => Sent
  readonly storefront: () => Sent
}

class Contest {
  readonly #tutorial: Service
  readonly #storefront: Service

  constructor(tutorial: Service, own: Service) {
    this.#tutorial = tutorial
    this.#storefront = own
  }

  async run({ title, connections, roundMs, ...requests }: Load): Promise<void> {
    const failures = { tutorial: 0, storefront: 0 }
    const variant = (name: 'tutorial' | 'storefront', { address }: Service) => ({
      name,
      measure: async () => {
        const authorization = name === 'storefront' ? await signIn(address) : undefined
        const idle = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(address)))
        try {
          return await closedLoop(
            async () => {
              const connection = idle.pop()
              if (connection === undefined) throw new Error('more requests than connections')
              const { method, path, headers, body } = requests[name]()
              const sent = { headers: { ...headers, ...authorization }, body }
              const { status } = await connection.send(method, path, sent)
              idle.push(connection)
              if (status >= 400) failures[name]++
            },
            connections,
            roundMs,
          )
        } finally {
          for (const connection of idle) connection.close()
        }
      },
    })
    report(
      title,
      await interleave([variant('tutorial', this.#tutorial), variant('storefront', this.#storefront)], ROUNDS),
    )
    console.log(`\nAnswers that were errors: ${JSON.stringify(failures)}`)
    // Refusals are quick: figures with them in would flatter.
    if (failures.storefront > 0)
      throw new Error(`${title}: ${failures.storefront} answers of the storefront were errors`)
  }
}

async function compareReads(contest: Contest, shop: Cluster): Promise<void> {
  const productIds = await ids(shop, 'SELECT id FROM products ORDER BY sku')
  const userIds = await ids(shop, 'SELECT id FROM users ORDER BY id')
  const both = (path: () => string) => ({ tutorial: get(path), storefront: get(path) })
  const reads = { connections: CONNECTIONS, roundMs: READ_ROUND_MS }
  await contest.run({ title: 'reads: a product', ...reads, ...both(() => `/products/${pick(productIds)}`) })
  const starts = productIds.flatMap((_, index) => (index % PAGE_SIZE === 0 ? [index] : []))
  const cursors = await Promise.all(starts.map(start => cursorAt(shop, start)))
  await contest.run({
    title: `reads: one of ${starts.length} pages of ${PAGE_SIZE} products`,
    ...reads,
    tutorial: get(() => `/products?limit=${PAGE_SIZE}&offset=${pick(starts)}`),
    storefront: get(() => `/products?limit=${PAGE_SIZE}${pick(cursors)}`),
  })
  await contest.run({
    title: 'reads: a user with accounts and orders',
    ...reads,
    ...both(() => `/users/${pick(userIds)}/overview`),
  })
}

async function compareTransfers(contest: Contest, shop: Cluster): Promise<void> {
  const { rows } = await shop.query<{ id: string }>(
    'INSERT INTO accounts (user_id, balance) SELECT id, 1000000 FROM users WHERE role = $1 LIMIT $2::INT8 RETURNING id',
    ['user', HOT_ACCOUNTS],
  )
  const accountIds = rows.map(({ id }) => id)
  const transfer = (): Sent => {
    const from = Math.floor(Math.random() * HOT_ACCOUNTS)
    const to = (from + 1 + Math.floor(Math.random() * (HOT_ACCOUNTS - 1))) % HOT_ACCOUNTS
    return {
      method: 'POST',
      path: '/transfers',
      headers: { 'idempotency-key': randomUUID() },
      body: { fromAccountId: accountIds[from], toAccountId: accountIds[to], amount: '1.25' },
    }
  }
  const title = `transfers on ${HOT_ACCOUNTS} hot accounts`
  await contest.run({
    title,
    connections: CONNECTIONS,
    roundMs: TRANSFER_ROUND_MS,
    tutorial: transfer,
    storefront: transfer,
  })
  const total = await shop.query<{ total: string }>(
    'SELECT sum(balance)::STRING AS total FROM accounts WHERE id = ANY($1::UUID[])',
    [accountIds],
  )
  const [found, expected] = [total.rows[0]?.total, `${HOT_ACCOUNTS * 1_000_000}.00`]
  console.log(`Money: ${found}`)
  if (found !== expected) throw new Error(`the accounts hold ${found} after the transfers, not ${expected}`)
}

async function compareImports(contest: Contest, shop: Cluster): Promise<void> {
  await shop.query('UPDATE inventory SET quantity = 1000000000')
  const productIds = await ids(shop, 'SELECT id FROM products ORDER BY id')
  const userIds = await ids(shop, 'SELECT id FROM users ORDER BY id')
  const order = (_: unknown, index: number) => ({
    userId: pick(userIds),
    idempotencyKey: randomUUID(),
    items: [0, 1, 2].map(step => ({ productId: productIds[(index + step) % productIds.length], quantity: 1 })),
  })
  const send = (): Sent => ({
    method: 'POST',
    path: '/orders/imports',
    body: { orders: Array.from({ length: IMPORTED_ORDERS }, order) },
  })
  const title = `imports of ${IMPORTED_ORDERS} orders of three items`
  await contest.run({ title, connections: 1, roundMs: 1, tutorial: send, storefront: send })
}

async function signIn(address: string): Promise<{ readonly authorization: string }> {
  const connection = await HttpConnection.open(address)
  const { status, body } = await connection.send('POST', '/sessions', { body: administrator })
  connection.close()
  const tokens: unknown = JSON.parse(body)
  if (typeof tokens !== 'object' || tokens === null || !('accessToken' in tokens))
    throw new Error(`signing in was answered with ${status}: ${body}`)
  return { authorization: `Bearer ${String(tokens.accessToken)}` }
}

async function ids(shop: Cluster, text: string): Promise<readonly string[]> {
  const { rows } = await shop.query<{ id: string }>(text)
  return rows.map(({ id }) => id)
}

function get(path: () => string): () => Sent {
  return () => ({ method: 'GET', path: path() })
}

/** The storefront's name for the page that begins after so many products. */
async function cursorAt(shop: Cluster, start: number): Promise<string> {
  if (start === 0) return ''
  const { rows } = await shop.query<{ sku: string }>('SELECT sku FROM products ORDER BY sku LIMIT 1 OFFSET $1', [
    start - 1,
  ])
  return `&cursor=${Buffer.from(JSON.stringify([rows[0]?.sku])).toString('base64url')}`
}

function pick<T>(from: readonly T[]): T {
  const picked = from[Math.floor(Math.random() * from.length)]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

/** The same cluster with another database. */
function withDatabase(url: string, database: string): string {
  return url.replace(/^(\w+:\/\/[^/]+\/)[^?]*/, `$1${database}`)
}
