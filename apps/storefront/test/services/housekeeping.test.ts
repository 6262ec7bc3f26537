import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { deleteOldRefusedOrders } from '../../src/repositories/order-repository.js'
import { deleteExpiredUses } from '../../src/repositories/rate-limit-repository.js'
import { deleteExpiredTokens } from '../../src/repositories/refresh-token-repository.js'
import { deleteOldRefusedTransfers } from '../../src/repositories/transfer-repository.js'
import { Housekeeping } from '../../src/services/housekeeping.js'
import { password, registerUser, startTestStorefront } from '../fixture/storefront.js'

const { api, cluster } = await startTestStorefront()

test('removes what has expired, in batches, and nothing else', async () => {
  const { id, email } = await registerUser(api)
  const { body } = await api.post('/sessions', { email, password })
  await cluster.query(
    `INSERT INTO rate_limits (key, count, resets_at)
     SELECT 'old-' || n::STRING, 1, now() - INTERVAL '1 minute' FROM generate_series(1, 1500) AS g (n)`,
  )
  await cluster.query(
    `INSERT INTO refresh_tokens (token_hash, family_id, user_id, expires_at) VALUES ($1, $2, $3, now() - INTERVAL '1 day')`,
    [Buffer.from('old'), randomUUID(), id],
  )
  await cluster.query(
    `INSERT INTO refused_orders (user_id, idempotency_key, request_hash, skipped, refused_at)
     VALUES ($1, 'old', $2, '[]', now() - INTERVAL '31 days'), ($1, 'new', $2, '[]', now())`,
    [id, Buffer.from('hash')],
  )
  await cluster.query(
    `INSERT INTO refused_transfers (from_account_id, to_account_id, idempotency_key, amount, reason, refused_at)
     VALUES ($1, $1, 'old', 1, 'insufficient-funds', now() - INTERVAL '31 days')`,
    [randomUUID()],
  )
  expect(await new Housekeeping(cluster, pino({ level: 'silent' })).tidy()).toBe(1503)
  expect((await cluster.query('SELECT key FROM rate_limits')).rows.length).toBeGreaterThan(0)
  expect((await api.post('/sessions/refresh', { refreshToken: body.refreshToken })).status).toBe(200)
})

test.each([deleteExpiredUses, deleteExpiredTokens, deleteOldRefusedOrders, deleteOldRefusedTransfers])(
  '%o finds what is old without reading the whole table',
  async deleteSome => {
    const sent: string[] = []
    const end = cluster.observe({
      statement({ text }) {
        sent.push(text)
        return undefined
      },
    })
    await deleteSome(cluster, 10)
    end()
    // Under its LIMIT the dev cluster does not see how the rows are found.
    const [text = ''] = sent.filter(each => each.startsWith('DELETE FROM')).map(each => each.replace('LIMIT $1', ''))
    const deleted = await cluster.transaction(async tx => {
      await tx.query('SET LOCAL disallow_full_table_scans = on')
      return (await tx.query(text)).rowCount
    })
    expect(deleted).toBe(0)
  },
)
