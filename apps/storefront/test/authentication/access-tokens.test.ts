import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AccessTokens, accessTokenSeconds } from '../../src/authentication/access-tokens.js'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

const session = { userId: randomUUID(), role: 'user' } as const

afterEach(() => {
  vi.useRealTimers()
})

/** Nothing waits: only what the clock says is another. */
function laterBy(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
}

test.each([
  ['seen before', true],
  ['never seen', false],
])('a token that was %s is good for five minutes and not longer', async (_, seen) => {
  const tokens = new AccessTokens(randomBytes(32))
  const token = await tokens.sign(session)
  if (seen) await tokens.verify(token)
  laterBy(accessTokenSeconds - 10)
  expect(await tokens.verify(token)).toEqual(session)
  laterBy(20)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('takes no token of another secret, another algorithm or none', async () => {
  const token = await new AccessTokens(randomBytes(32)).sign(session)
  const tokens = new AccessTokens(randomBytes(32))
  const [head = '', body = ''] = token.split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  for (const forged of [token, `${head}.${body}.`, `${none}.${body}.`, `${none}.${body}.x`, 'x'])
    await expect(tokens.verify(forged)).rejects.toMatchObject({ code: 'unauthenticated' })
})

describe.each(servers)('an access token on %s', async (_, createServer) => {
  const { api } = await startTestStorefront(createServer)

  test('is refused once it has expired, and a refreshed one is taken', async () => {
    const { id, email, api: own } = await registerUser(api)
    const { body } = await api.post('/sessions', { email, password: 'correct horse battery' })
    expect((await own.get(`/users/${id}`)).status).toBe(200)
    laterBy(accessTokenSeconds + 10)
    const refused = await own.get(`/users/${id}`)
    expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    const refreshed = await api.post('/sessions/refresh', { refreshToken: body.refreshToken })
    expect(refreshed.status).toBe(200)
    expect((await api.withToken(refreshed.body.accessToken).get(`/users/${id}`)).status).toBe(200)
  })
})
