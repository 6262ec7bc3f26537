import type { OrderStatus } from '../entities/order.js'
import { Random } from './random.js'

export interface DemoUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly createdAt: string
}

export interface DemoProduct {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly price: string
  readonly attributes: string
  readonly stock: number
}

export interface DemoAccount {
  readonly id: string
  readonly userId: string
  readonly balance: string
  readonly createdAt: string
}

export interface DemoOrder {
  readonly id: string
  readonly userId: string
  readonly status: OrderStatus
  readonly total: string
  readonly idempotencyKey: string
  readonly createdAt: string
}

export interface DemoOrderItem {
  readonly userId: string
  readonly orderId: string
  readonly productId: string
  readonly quantity: number
  readonly unitPrice: string
}

export interface DemoTransfer {
  readonly id: string
  readonly fromAccountId: string
  readonly toAccountId: string
  readonly amount: string
  readonly idempotencyKey: string
  readonly createdAt: string
}

/** A shop that has been open for a while. Sums are right: totals are those of their items, balances those of their transfers. */
export interface DemoData {
  readonly users: readonly DemoUser[]
  readonly products: readonly DemoProduct[]
  readonly accounts: readonly DemoAccount[]
  readonly orders: readonly DemoOrder[]
  readonly orderItems: readonly DemoOrderItem[]
  readonly transfers: readonly DemoTransfer[]
}

/** Makes the same shop every time. */
export function createDemoData(): DemoData {
  const random = new Random(20_260_601)
  const users = createUsers(random)
  const products = createProducts(random)
  const { orders, orderItems } = createOrders(random, users, products)
  return { users, products, orders, orderItems, ...createAccounts(random, users) }
}

const counts = { users: 500, products: 200, orders: 600, transfers: 400 } as const

const firstNames = [
  'Ada',
  'Alan',
  'Barbara',
  'Edgar',
  'Edsger',
  'Frances',
  'Grace',
  'Jean',
  'Jim',
  'Ken',
  'Leslie',
  'Margaret',
  'Niklaus',
  'Radia',
] as const
const lastNames = [
  'Allen',
  'Bartik',
  'Codd',
  'Dijkstra',
  'Gray',
  'Hamilton',
  'Hopper',
  'Lamport',
  'Liskov',
  'Lovelace',
  'Perlman',
  'Thompson',
  'Turing',
  'Wirth',
] as const
const things = [
  'Mug',
  'Lamp',
  'Chair',
  'Notebook',
  'Backpack',
  'Kettle',
  'Blanket',
  'Clock',
  'Vase',
  'Umbrella',
] as const
const colours = ['blue', 'green', 'red', 'black', 'white', 'yellow'] as const
const materials = ['steel', 'oak', 'wool', 'glass', 'linen'] as const
const statuses = ['placed', 'placed', 'paid', 'shipped', 'delivered', 'delivered'] as const

function createUsers(random: Random): readonly DemoUser[] {
  return times(counts.users, index => {
    const [first, last] = [random.pick(firstNames), random.pick(lastNames)]
    const email = `${first}.${last}.${index + 1}@example.com`.toLowerCase()
    return { id: random.uuid(), email, name: `${first} ${last}`, createdAt: minutes(index * 60) }
  })
}

function createProducts(random: Random): readonly DemoProduct[] {
  return times(counts.products, index => {
    const [thing, colour, material] = [random.pick(things), random.pick(colours), random.pick(materials)]
    return {
      id: random.uuid(),
      sku: `${thing}-${colour}-${String(index + 1).padStart(3, '0')}`.toUpperCase(),
      name: `${thing}, ${colour} ${material}`,
      description: `A ${colour} ${thing.toLowerCase()} made of ${material}.`,
      price: decimal(random.between(150, 25_000)),
      attributes: JSON.stringify({ colour, material }),
      stock: random.between(20, 500),
    }
  })
}

function createOrders(
  random: Random,
  users: readonly DemoUser[],
  products: readonly DemoProduct[],
): Pick<DemoData, 'orders' | 'orderItems'> {
  const orderItems: DemoOrderItem[] = []
  const orders = times(counts.orders, index => {
    const [id, userId] = [random.uuid(), at(users, random.below(users.length)).id]
    const first = random.below(products.length)
    let total = 0
    for (let step = random.between(1, 4); step > 0; step--) {
      const { id: productId, price } = at(products, (first + step * 7) % products.length)
      const quantity = random.between(1, 3)
      total += cents(price) * quantity
      orderItems.push({ userId, orderId: id, productId, quantity, unitPrice: price })
    }
    const createdAt = minutes(counts.users * 60 + index * 45)
    return {
      id,
      userId,
      status: random.pick(statuses),
      total: decimal(total),
      idempotencyKey: `demo-order-${index + 1}`,
      createdAt,
    }
  })
  return { orders, orderItems }
}

function createAccounts(random: Random, users: readonly DemoUser[]): Pick<DemoData, 'accounts' | 'transfers'> {
  const opened = users.map(user => ({ id: random.uuid(), userId: user.id, createdAt: user.createdAt }))
  const balances = new Map(opened.map(({ id }) => [id, random.between(50_000, 500_000)]))
  const transfers = times(counts.transfers, index => {
    const from = random.below(opened.length)
    const to = (from + random.between(1, opened.length - 1)) % opened.length
    const [fromAccountId, toAccountId] = [at(opened, from).id, at(opened, to).id]
    const amount = random.between(100, 5000)
    balances.set(fromAccountId, (balances.get(fromAccountId) ?? 0) - amount)
    balances.set(toAccountId, (balances.get(toAccountId) ?? 0) + amount)
    const createdAt = minutes(counts.users * 60 + index * 60)
    return {
      id: random.uuid(),
      fromAccountId,
      toAccountId,
      amount: decimal(amount),
      idempotencyKey: `demo-transfer-${index + 1}`,
      createdAt,
    }
  })
  return {
    accounts: opened.map(account => ({ ...account, balance: decimal(balances.get(account.id) ?? 0) })),
    transfers,
  }
}

function times<T>(count: number, create: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => create(index))
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`no item ${index}`)
  return item
}

/** A time of the shop's first weeks. */
function minutes(sinceOpening: number): string {
  return new Date(Date.UTC(2026, 0, 5, 8) + sinceOpening * 60_000).toISOString()
}

/** Sums are made in whole cents. */
function cents(amount: string): number {
  return Number(amount.replace('.', ''))
}

function decimal(inCents: number): string {
  return `${Math.floor(inCents / 100)}.${String(inCents % 100).padStart(2, '0')}`
}
