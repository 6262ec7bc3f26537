import type { OrderItem } from '@cerci/example-service'
import { SqlState, sqlStateOf } from 'cerci'
import { eq, sql } from 'drizzle-orm'
import type { Transaction } from './database.js'
import { orderItems, products } from './schema.js'

/** An unknown product and one that is out of stock violate constraints; the savepoint, a nested transaction, takes back only this item. */
export async function tryToTake(tx: Transaction, orderId: string, { sku, quantity }: OrderItem): Promise<boolean> {
  try {
    await tx.transaction(async item => {
      await item
        .update(products)
        .set({ stock: sql`${products.stock} - ${quantity}` })
        .where(eq(products.sku, sku))
      await item.insert(orderItems).values({ orderId, sku, quantity })
    })
    return true
  } catch (error) {
    const refusals: unknown[] = [SqlState.checkViolation, SqlState.foreignKeyViolation]
    if (refusals.includes(sqlStateOf(error))) return false
    throw error
  }
}
