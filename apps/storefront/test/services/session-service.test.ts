import { describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { openStorefront, password, registerUser, startTestStorefront } from '../fixture/storefront.js'

describe('attempts to sign in', async () => {
  const { api, services } = await startTestStorefront()

  /** The code of the refusal, or undefined. */
  async function attempt(email: string, guess: string, address: string): Promise<string | undefined> {
    return services.sessions.signIn(email, guess, address).then(
      () => undefined,
      (error: { code: string }) => error.code,
    )
  }

  async function fail(email: string, address: string, times: number): Promise<void> {
    for (let failure = 1; failure <= times; failure += 1)
      expect(await attempt(email, 'wrong', address)).toBe('invalid-credentials')
  }

  test('close an account to the address they come from, and not to its owner', async () => {
    const { email } = await registerUser(api)
    await fail(email, '203.0.113.1', 10)
    expect(await attempt(email, password, '203.0.113.1')).toBe('too-many-requests')
    expect(await attempt(email.toUpperCase(), password, '203.0.113.1')).toBe('too-many-requests')
    expect(await attempt(email, password, '198.51.100.7')).toBeUndefined()
  })

  test('that are refused for their address use up nothing of the account', async () => {
    const { email } = await registerUser(api)
    await fail(email, '203.0.113.2', 10)
    for (let refusal = 1; refusal <= 85; refusal += 1)
      expect(await attempt(email, 'wrong', '203.0.113.2')).toBe('too-many-requests')
    await fail(email, '203.0.113.3', 10)
    expect(await attempt(email, password, '198.51.100.7')).toBeUndefined()
  })

  test('from many addresses close an account at last', async () => {
    const { email } = await registerUser(api)
    for (let address = 1; address <= 10; address += 1) await fail(email, `192.0.2.${address}`, 10)
    expect(await attempt(email, password, '192.0.2.11')).toBe('too-many-requests')
  })

  test('that succeed do not count, and forgive what failed before', async () => {
    const { email } = await registerUser(api)
    for (let round = 1; round <= 2; round += 1) {
      await fail(email, '203.0.113.4', 9)
      expect(await attempt(email, password, '203.0.113.4')).toBeUndefined()
    }
  })
})

test('attempts to sign in are counted for all processes together', async () => {
  const url = await freshDatabase()
  await using one = await openStorefront(url)
  await using two = await openStorefront(url)
  const { email } = await registerUser(one.api)
  const attempts = [one, two].flatMap(({ api }) =>
    Array.from({ length: 5 }, () => api.post('/sessions', { email, password: 'wrong' })),
  )
  expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(Array(10).fill(401))
  for (const { api } of [one, two])
    expect(await api.post('/sessions', { email, password })).toMatchObject({ body: { code: 'too-many-requests' } })
})
