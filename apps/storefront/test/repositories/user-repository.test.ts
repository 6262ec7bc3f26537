import type { Queryable } from 'cerci'
import { expect, test } from 'vitest'
import { timePosition } from '../../src/paging/time-position.js'
import { searchUsers } from '../../src/repositories/user-repository.js'
import { startTestStorefront } from '../fixture/storefront.js'

const { cluster } = await startTestStorefront()

/** Answers with the plan of whatever is asked. */
const explaining: Queryable = {
  query: (asked, values) => {
    if (typeof asked !== 'string') throw new Error('only a text can be explained here')
    return cluster.query(`EXPLAIN ${asked}`, values)
  },
}

test('searches by the trigram indexes of names and addresses, not by reading every user', async () => {
  await cluster.query(`
    INSERT INTO users (email, name)
    SELECT md5(n::STRING) || '@example.com', 'User ' || md5((n + 1)::STRING) FROM generate_series(1, 20000) AS n`)
  await cluster.query("INSERT INTO users (email, name) VALUES ('grace@navy.example.com', 'Grace Hopper')")
  await cluster.query('ANALYZE users')
  const found = await searchUsers(cluster, 'hOPPer', timePosition(undefined), 25)
  expect(found).toMatchObject([{ name: 'Grace Hopper' }])

  // Of an OR, the dev cluster prints the first side.
  const plan = JSON.stringify(await searchUsers(explaining, 'hOPPer', timePosition(undefined), 25))
  expect(plan).toContain('users_name_search_idx')
  expect(plan).not.toContain('FULL SCAN')
  const other = await cluster.query("EXPLAIN SELECT id FROM users WHERE email ILIKE '%navy%' AND deleted_at IS NULL")
  expect(JSON.stringify(other.rows)).toContain('users_email_search_idx')
})
