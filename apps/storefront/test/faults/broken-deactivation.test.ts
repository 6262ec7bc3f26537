import { cutConnections, DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import { openStorefront } from '../fixture/storefront.js'

const gone = 250

describeFaults('a deactivation that breaks off half-way', () => {
  test.each(['statement', 'reply'] as const)(
    'goes on where it stopped (cut at the %s)',
    async stage => {
      await using devCluster = await DevCluster.start()
      await using storefront = await openStorefront(devCluster.url)
      const { admin, cluster } = storefront
      await cluster.query(
        `INSERT INTO users (email, name, last_seen_at)
       SELECT 'gone' || n::STRING || '@example.com', 'Gone', now() - INTERVAL '40 days' FROM generate_series(1, $1::INT4) AS n`,
        [gone],
      )
      const run = () => admin.post('/users/deactivations', { inactiveDays: 30 })
      // The second of three batches.
      devCluster.faults.add(cutConnections(stage, { fingerprint: 'SET deactivated_at = now()', after: 1, times: 1 }))
      expect(await run()).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } })
      const done = stage === 'statement' ? 100 : 200
      expect(await deactivated()).toEqual({ once: String(done), ever: String(done) })

      expect((await run()).body).toEqual({ deactivated: gone - done, more: false })
      expect(await deactivated()).toEqual({ once: String(gone), ever: String(gone) })
      expect((await run()).body).toEqual({ deactivated: 0, more: false })

      /** Each deactivation is one version more. */
      async function deactivated(): Promise<unknown> {
        const { rows } = await cluster.query(`
        SELECT count(*) FILTER (WHERE version = 2)::STRING AS once, count(*)::STRING AS ever
        FROM users WHERE deactivated_at IS NOT NULL`)
        return rows[0]
      }
    },
    120_000,
  )
})
