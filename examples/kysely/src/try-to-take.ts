import type { OrderItem } from '@cerci/example-service'
import { SqlState, sqlStateOf } from 'cerci'
import { sql, type Transaction } from 'kysely'
import type { Database } from './database.js'

/** An unknown product and one that is out of stock violate constraints; the savepoint takes back only this item. */
export async function tryToTake(
  trx: Transaction<Database>,
  orderId: string,
  { sku, quantity }: OrderItem,
): Promise<boolean> {
  await sql`SAVEPOINT item`.execute(trx)
  try {
    await trx
      .updateTable('products')
      .set(eb => ({ stock: eb('stock', '-', String(quantity)) }))
      .where('sku', '=', sku)
      .execute()
    await trx.insertInto('order_items').values({ order_id: orderId, sku, quantity }).execute()
    await sql`RELEASE SAVEPOINT item`.execute(trx)
    return true
  } catch (error) {
    const refusals: unknown[] = [SqlState.checkViolation, SqlState.foreignKeyViolation]
    if (!refusals.includes(sqlStateOf(error))) throw error
    await sql`ROLLBACK TO SAVEPOINT item`.execute(trx)
    return false
  }
}
