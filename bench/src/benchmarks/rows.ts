import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'

/** Makes table `bench_kv (id, v)` anew with that many rows and returns their ids. */
export async function prepareRows(pool: Pool, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await pool.query('DROP TABLE IF EXISTS bench_kv')
  await pool.query('CREATE TABLE bench_kv (id UUID PRIMARY KEY, v TEXT NOT NULL)')
  await pool.query("INSERT INTO bench_kv SELECT unnest($1::uuid[]), 'some text'", [ids])
  return ids
}
