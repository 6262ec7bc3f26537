import { describe, expect, test } from 'vitest'
import { password, registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('sessions on %s', async (_, createServer) => {
  const { api } = await startTestStorefront(createServer)

  async function signIn(email: string): Promise<{ accessToken: string; refreshToken: string }> {
    const { status, body, headers } = await api.post('/sessions', { email, password })
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    return body
  }

  function refresh(refreshToken: string) {
    return api.post('/sessions/refresh', { refreshToken })
  }

  test('answers a wrong password and an unknown user alike', async () => {
    const { email } = await registerUser(api)
    const wrong = await api.post('/sessions', { email, password: 'wrong' })
    const unknown = await api.post('/sessions', { email: 'nobody@example.com', password: 'wrong' })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('exchanges a refresh token once, and ends the session when it is used again', async () => {
    const { email } = await registerUser(api)
    const first = await signIn(email)
    const second = await refresh(first.refreshToken)
    expect(second.status).toBe(200)
    expect((await refresh(second.body.refreshToken)).status).toBe(200)
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'refresh-token-reused' } })
    const third = await refresh(second.body.refreshToken)
    expect(third).toMatchObject({ status: 401, body: { code: 'invalid-refresh-token' } })
  })

  test('lets one of two exchanges at the same moment win', async () => {
    const { refreshToken } = await signIn((await registerUser(api)).email)
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)])
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(2)
  })

  test('signs out here, and everywhere', async () => {
    const { id, email, api: own } = await registerUser(api)
    const [here, there] = [await signIn(email), await signIn(email)]
    expect((await api.post('/sessions/end', { refreshToken: here.refreshToken })).status).toBe(204)
    expect((await refresh(here.refreshToken)).status).toBe(401)
    const still = await refresh(there.refreshToken)
    expect(still.status).toBe(200)
    expect((await own.delete(`/users/${id}/sessions`)).status).toBe(204)
    expect((await refresh(still.body.refreshToken)).status).toBe(401)
  })

  test('changes the password, and ends all sessions', async () => {
    const { id, email, api: own } = await registerUser(api)
    const before = await signIn(email)
    const change = (currentPassword: string) =>
      own.send('PUT', `/users/${id}/password`, { body: { currentPassword, newPassword: 'a brand new password' } })
    expect(await change('wrong')).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
    expect((await change(password)).status).toBe(204)
    expect((await refresh(before.refreshToken)).status).toBe(401)
    expect((await api.post('/sessions', { email, password })).status).toBe(401)
    expect((await api.post('/sessions', { email, password: 'a brand new password' })).status).toBe(201)
  })

  test('closes an account to the address of too many failures, and says for how long', async () => {
    const { email } = await registerUser(api)
    for (let attempt = 1; attempt <= 10; attempt += 1)
      expect((await api.post('/sessions', { email, password: 'wrong' })).status).toBe(401)
    const refused = await api.post('/sessions', { email, password })
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800)
  })

  test.each([
    ['nothing', undefined],
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer'],
    ['an unsigned token', `Bearer ${unsigned()}.`],
    ['another signature', `Bearer ${unsigned()}.c2lnbmF0dXJl`],
  ])('refuses %s', async (_what, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    expect(await api.get('/users', { headers })).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  })
})

/** Header and claims of a token that asks to be believed. */
function unsigned(): string {
  const claims = {
    sub: '6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11',
    role: 'admin',
    iss: 'storefront',
    aud: 'storefront',
    exp: 9_999_999_999,
  }
  return [{ alg: 'none' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
}
