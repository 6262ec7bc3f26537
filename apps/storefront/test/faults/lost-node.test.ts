import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { DevCluster } from '@cerci/dev-cluster'
import { expect, test } from 'vitest'
import { describeFaults } from '../../../../test/fixture/cluster.js'
import type { Api } from '../fixture/api.js'
import { openStorefront, registerUser } from '../fixture/storefront.js'

const accounts = 10
const openingCents = 100_000
const perSecond = 50
const seconds = 8

describeFaults('a lost node', () => {
  test('loses no transfer, doubles none, and no money, while it is killed and started again', async () => {
    await using devCluster = await DevCluster.start()
    await using storefront = await openStorefront(devCluster.url)
    const { admin, cluster } = storefront
    const ids = await openAccounts(admin)
    const faults = (async () => {
      await delay(2000)
      await devCluster.node(2).kill()
      await delay(3000)
      await devCluster.node(2).start()
    })()
    const made = await transferSteadily(admin, ids)
    await faults

    expect(made.filter(({ status }) => status !== 201)).toEqual([])
    expect(made).toHaveLength(perSecond * seconds)
    const { rows } = await cluster.query<{ id: string; key: string }>(
      'SELECT id, idempotency_key AS key FROM transfers',
    )
    expect(rows.map(({ key }) => key).toSorted()).toEqual(made.map(({ key }) => key).toSorted())
    expect(new Set(made.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)))
    const total = await cluster.query<{ total: string }>('SELECT sum(balance)::STRING AS total FROM accounts')
    expect(total.rows).toEqual([{ total: `${(accounts * openingCents) / 100}.00` }])
  }, 120_000)
})

interface Made {
  readonly key: string
  readonly id: string
  readonly status: number
}

async function openAccounts(api: Api): Promise<readonly string[]> {
  const { id } = await registerUser(api)
  const opened = await Promise.all(
    Array.from({ length: accounts }, () =>
      api.post(`/users/${id}/accounts`, { openingBalance: String(openingCents / 100) }),
    ),
  )
  return opened.map(({ body }) => body.id)
}

/** Sends transfers at their times, whether or not earlier ones are answered. */
async function transferSteadily(api: Api, ids: readonly string[]): Promise<readonly Made[]> {
  const startedAt = performance.now()
  const underWay: Promise<Made>[] = []
  for (let index = 0; index < perSecond * seconds; index += 1) {
    await delay(startedAt + (index * 1000) / perSecond - performance.now())
    const from = index % accounts
    const to = (from + 1 + (index % (accounts - 1))) % accounts
    underWay.push(transfer(api, ids[from] ?? '', ids[to] ?? '', `${1 + (index % 7)}.${10 + (index % 90)}`))
  }
  return Promise.all(underWay)
}

/** As the documentation tells clients: after a 503, the same request with the same key again. */
async function transfer(api: Api, fromAccountId: string, toAccountId: string, amount: string): Promise<Made> {
  const key = randomUUID()
  for (let attempt = 1; ; attempt += 1) {
    const { status, body } = await api.once('/transfers', { fromAccountId, toAccountId, amount }, key)
    if (status !== 503 || attempt === 10) return { key, id: body.id, status }
    await delay(200)
  }
}
