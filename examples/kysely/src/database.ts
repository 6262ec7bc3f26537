import type { Cluster } from 'cerci'
import { CockroachDialect } from 'cerci/kysely'
import { type ColumnType, type Generated, Kysely } from 'kysely'

/** INT8 and DECIMAL come as text, because a number would not hold them. */
type Int8<Insert> = ColumnType<string, Insert, string | number>

export interface Database {
  users: {
    id: Generated<string>
    email: string
    name: string
    version: Int8<number | undefined>
    created_at: Generated<Date>
    deleted_at: Date | null
  }
  accounts: { id: Generated<string>; user_id: string; balance: string }
  transfers: { id: string; from_id: string; to_id: string; amount: string; created_at: Generated<Date> }
  posts: {
    id: Generated<string>
    user_id: string
    title: string
    published: Generated<boolean>
    views: Int8<number | undefined>
    created_at: Generated<Date>
  }
  products: { sku: string; stock: Int8<number> }
  orders: { id: Generated<string>; user_id: string; created_at: Generated<Date> }
  order_items: { order_id: string; sku: string; quantity: Int8<number> }
}

/** Kysely on the cluster. `db.destroy()` leaves the cluster open. */
export function openKysely(cluster: Cluster): Kysely<Database> {
  return new Kysely<Database>({ dialect: new CockroachDialect(cluster) })
}
