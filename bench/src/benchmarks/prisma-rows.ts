import { PrismaClient } from '@cerci/example-prisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool } from 'pg'

/** The rows of `prepareRows` as products of the Prisma example, since Prisma's clients are generated. */
export async function prepareProducts(pool: Pool): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS products (sku STRING PRIMARY KEY, stock INT8 NOT NULL)')
  await pool.query('INSERT INTO products SELECT id, 1 FROM bench_kv ON CONFLICT DO NOTHING')
}

/** A SELECT by key through stock Prisma. `findFirst`, because Prisma puts `findUnique`s of one moment together. */
export function readByPrisma(pool: Pool): (sku: string) => PromiseLike<unknown> {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return sku => prisma.product.findFirst({ where: { sku } })
}
