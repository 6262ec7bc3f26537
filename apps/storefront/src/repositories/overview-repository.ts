import { type Cluster, coalesce } from 'cerci'
import type { Account } from '../entities/account.js'
import type { OrderSummary } from '../entities/order.js'
import type { User, UserOverview } from '../entities/user.js'

/** JSON has no dates: they arrive as text. */
type InJson<T> = { readonly [K in keyof T]: T[K] extends Date ? string : T[K] }

interface OverviewRow extends User {
  readonly accounts: readonly InJson<Account>[]
  readonly orders: readonly InJson<OrderSummary>[]
}

/**
 * Finds users with their latest accounts and orders: one statement, so one moment and one round trip; and lookups of one moment share it.
 */
export function createOverviewLookup(cluster: Cluster): (id: string) => Promise<UserOverview | undefined> {
  const lookup = coalesce<{ id: string }, OverviewRow>(cluster, {
    input: { id: 'UUID' },
    by: 'none',
    maxInFlight: 4,
    text: `SELECT ordinal, u.id, u.email, u.name, u.role, u.version, u.created_at AS "createdAt", u.updated_at AS "updatedAt",
       COALESCE((
         SELECT json_agg(json_build_object('id', a.id, 'userId', a.user_id, 'balance', a.balance::STRING, 'createdAt', a.created_at)
           ORDER BY a.created_at DESC, a.id DESC)
         FROM (SELECT * FROM accounts WHERE user_id = u.id ORDER BY created_at DESC, id DESC LIMIT 100) AS a
       ), '[]') AS accounts,
       COALESCE((
         SELECT json_agg(json_build_object('id', o.id, 'userId', o.user_id, 'status', o.status, 'total', o.total::STRING,
           'version', o.version, 'createdAt', o.created_at, 'updatedAt', o.updated_at) ORDER BY o.created_at DESC, o.id DESC)
         FROM (SELECT * FROM orders WHERE user_id = u.id ORDER BY created_at DESC, id DESC LIMIT 10) AS o
       ), '[]') AS orders
     FROM input JOIN users u ON u.id = input.id AND u.deleted_at IS NULL`,
  })
  return async id => {
    const [row] = await lookup({ id })
    return row && overview(row)
  }
}

function overview({ accounts, orders, ...user }: OverviewRow): UserOverview {
  return {
    user,
    accounts: accounts.map(account => ({ ...account, createdAt: new Date(account.createdAt) })),
    orders: orders.map(order => ({
      ...order,
      createdAt: new Date(order.createdAt),
      updatedAt: new Date(order.updatedAt),
    })),
  }
}
