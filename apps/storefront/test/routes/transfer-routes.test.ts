import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('accounts and transfers on %s', async (_, createServer) => {
  const { api: anyone, admin } = await startTestStorefront(createServer)
  const { id: userId, api } = await registerUser(anyone)

  async function account(openingBalance: string): Promise<string> {
    const { status, body } = await admin.post(`/users/${userId}/accounts`, { openingBalance })
    expect(status).toBe(201)
    return body.id
  }

  async function balanceOf(id: string): Promise<string> {
    return (await api.get(`/accounts/${id}`)).body.balance
  }

  test('moves money exactly', async () => {
    const [from, to] = [await account('90071992547409.93'), await account('0.1')]
    const made = await api.once('/transfers', { fromAccountId: from, toAccountId: to, amount: '0.2' })
    expect(made).toMatchObject({ status: 201, body: { fromAccountId: from, toAccountId: to, amount: '0.20' } })
    expect([await balanceOf(from), await balanceOf(to)]).toEqual(['90071992547409.73', '0.30'])
    expect((await api.get(`/transfers/${made.body.id}`)).body).toEqual(made.body)
  })

  test('refuses each wrong transfer in its own way, and moves nothing', async () => {
    const [poor, rich] = [await account('1'), await account('100')]
    const refused = async (fromAccountId: string, toAccountId: string, amount: string) => {
      const { status, body } = await api.once('/transfers', { fromAccountId, toAccountId, amount })
      return [status, body.code]
    }
    expect(await refused(poor, rich, '1.01')).toEqual([409, 'insufficient-funds'])
    expect(await refused(rich, randomUUID(), '1')).toEqual([422, 'unknown-account'])
    expect(await refused(randomUUID(), rich, '1')).toEqual([422, 'unknown-account'])
    expect(await refused(rich, rich, '1')).toEqual([422, 'same-account'])
    expect(await refused(rich, poor, '0.00')).toEqual([400, 'invalid-request'])
    expect(await refused(rich, poor, '-5')).toEqual([400, 'invalid-request'])
    expect([await balanceOf(poor), await balanceOf(rich)]).toEqual(['1.00', '100.00'])
    expect((await api.get(`/accounts/${rich}/statement`)).body.items).toEqual([])
  })

  test('moves money once for each key, and says so', async () => {
    const [from, to] = [await account('10'), await account('0')]
    const key = randomUUID()
    const transfer = { fromAccountId: from, toAccountId: to, amount: '1' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.once('/transfers', transfer, key)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(4)
    expect([await balanceOf(from), await balanceOf(to)]).toEqual(['9.00', '1.00'])
    expect((await api.once('/transfers', { ...transfer, amount: '1.00' }, key)).status).toBe(201)
    const reused = await api.once('/transfers', { ...transfer, amount: '2' }, key)
    expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  test.each([
    ['alone', 1],
    ['in batches', 20],
  ])('repeats a refusal under its key, even when there is money again: %s', async (_how, count) => {
    const [from, to] = [await account('1'), await account('100')]
    const keys = Array.from({ length: count }, () => randomUUID())
    const send = (amount: string) =>
      Promise.all(keys.map(key => api.once('/transfers', { fromAccountId: from, toAccountId: to, amount }, key)))
    const codes = async (amount: string) => new Set((await send(amount)).map(({ body }) => body.code))
    expect(await codes('2')).toEqual(new Set(['insufficient-funds']))
    await api.once('/transfers', { fromAccountId: to, toAccountId: from, amount: '99' })
    expect(await codes('2.00')).toEqual(new Set(['insufficient-funds']))
    expect(await codes('3')).toEqual(new Set(['idempotency-key-reused']))
    expect([await balanceOf(from), await balanceOf(to)]).toEqual(['100.00', '1.00'])
  })

  test.each([
    ['alone', 1],
    ['in batches', 20],
  ])('refuses what the payee could not hold, and nothing else with it: %s', async (_how, count) => {
    const [full, rich, poor] = [await account('99999999999999999.98'), await account('100'), await account('0')]
    const answers = await Promise.all(
      Array.from({ length: count }, async () => [
        await api.once('/transfers', { fromAccountId: rich, toAccountId: full, amount: '0.02' }),
        await api.once('/transfers', { fromAccountId: rich, toAccountId: poor, amount: '0.02' }),
      ]),
    )
    for (const [refused, made] of answers) {
      expect(refused).toMatchObject({ status: 409, body: { code: 'limit-exceeded' } })
      expect(made?.status).toBe(201)
    }
    const last = await api.once('/transfers', { fromAccountId: rich, toAccountId: full, amount: '0.01' })
    expect(last.status).toBe(201)
    expect(await balanceOf(full)).toBe('99999999999999999.99')
    expect(await balanceOf(poor)).toBe((count * 0.02).toFixed(2))
  })

  test('keeps the sum under concurrency, and no balance falls below nothing', async () => {
    const ids = await Promise.all(['10', '10', '10', '10'].map(account))
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_each, index) =>
        api.once('/transfers', {
          fromAccountId: ids[index % 4],
          toAccountId:
            ids[(index * 3 + 1 + (index % 2)) % 4 === index % 4 ? (index + 1) % 4 : (index * 3 + 1 + (index % 2)) % 4],
          amount: '3.33',
        }),
      ),
    )
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    const balances = await Promise.all(ids.map(balanceOf))
    expect(balances.every(balance => !balance.startsWith('-'))).toBe(true)
    expect(balances.reduce((sum, balance) => sum + Number(balance.replace('.', '')), 0)).toBe(4000)
  })

  test('lists what went in and out, newest first, page by page', async () => {
    const [mine, other] = [await account('100'), await account('100')]
    for (const amount of ['1', '2', '3']) {
      await api.once('/transfers', { fromAccountId: mine, toAccountId: other, amount })
      await api.once('/transfers', { fromAccountId: other, toAccountId: mine, amount: `${amount}.5` })
    }
    const first = await api.get(`/accounts/${mine}/statement?limit=4`)
    const rest = await api.get(`/accounts/${mine}/statement?limit=4&cursor=${first.body.nextCursor}`)
    const amounts = [...first.body.items, ...rest.body.items].map(({ amount }) => amount)
    expect(amounts).toEqual(['3.50', '-3.00', '2.50', '-2.00', '1.50', '-1.00'])
    expect(rest.body.nextCursor).toBeUndefined()
    expect(first.body.items[0].counterpartyId).toBe(other)
  })

  test('opens accounts for known users, with money only by an administrator', async () => {
    const { id, api: own } = await registerUser(admin)
    expect((await own.post(`/users/${id}/accounts`, {})).status).toBe(201)
    expect((await own.get(`/users/${id}/accounts`)).body.items).toMatchObject([{ balance: '0.00' }])
    const rich = await own.post(`/users/${id}/accounts`, { openingBalance: '1' })
    expect(rich).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    const nobody = await admin.post(`/users/${randomUUID()}/accounts`, {})
    expect(nobody).toMatchObject({ status: 404, body: { code: 'user-not-found' } })
    expect(await own.get(`/accounts/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'account-not-found' },
    })
  })

  test('keeps what is somebody else’s from view and from use', async () => {
    const [mine, other] = [await account('10'), await account('10')]
    const key = randomUUID()
    const transfer = { fromAccountId: mine, toAccountId: other, amount: '1' }
    const made = await api.once('/transfers', transfer, key)
    const { api: stranger } = await registerUser(admin)
    for (const path of [`/accounts/${mine}`, `/accounts/${mine}/statement`, `/transfers/${made.body.id}`])
      expect(await stranger.get(path)).toMatchObject({ status: 404 })
    for (const used of [key, randomUUID()])
      expect(await stranger.once('/transfers', transfer, used)).toMatchObject({
        status: 422,
        body: { code: 'unknown-account' },
      })
    expect(await balanceOf(mine)).toBe('9.00')
  })
})
