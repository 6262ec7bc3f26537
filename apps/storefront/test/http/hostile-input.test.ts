import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../../src/paging/cursor.js'
import { password, registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

/** A well-formed cursor with a time of one's own. */
function cursorOf(time: string): string {
  return encodeCursor([time, '6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11'])
}

describe.each(servers)('hostile input on %s', async (_, createServer) => {
  const { api, admin } = await startTestStorefront(createServer)

  test.each([
    ['{"email":'],
    ['{"__proto__":{"admin":true},"email":"a@example.com","name":"A"}'],
    ['{"constructor":{"prototype":{"admin":true}},"email":"a@example.com","name":"A"}'],
    ['\u0000'],
  ])('refuses the body %j', async body => {
    expect(await api.send('POST', '/users', { body })).toMatchObject({ status: 400, body: { code: 'invalid-json' } })
  })

  test.each([['[]'], ['"text"'], ['null'], ['1'], ['']])('refuses %j, which is no object', async body => {
    expect(await api.send('POST', '/users', { body })).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  test('refuses a request without the body it needs', async () => {
    const { status, body } = await api.send('POST', '/users')
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'invalid-request', '/body'])
  })

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data']])(
    'refuses %s',
    async type => {
      const answer = await api.send('POST', '/users', { body: '{}', headers: { 'content-type': type } })
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
    },
  )

  test('refuses a compressed body', async () => {
    const answer = await api.send('POST', '/users', { body: '{}', headers: { 'content-encoding': 'gzip' } })
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
  })

  test('refuses a body of more than a megabyte', async () => {
    const answer = await api.post('/users', { email: 'a@example.com', name: 'x'.repeat(1024 * 1024), password })
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
  })

  test.each([
    ['a NUL character', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['half of a surrogate pair', 'a\ud800b'],
    ['too much', 'x'.repeat(201)],
    ['nothing', ''],
  ])('refuses a name with %s', async (_what, name) => {
    const answer = await api.post('/users', { email: 'a@example.com', name, password })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/body/name' }] } })
  })

  test('says in words what it expected', async () => {
    const { body } = await api.post('/users', { email: 'x', name: ' ', password })
    expect(body.errors).toEqual([
      { field: '/body/email', message: 'must be an e-mail address of at most 254 characters' },
      {
        field: '/body/name',
        message: 'must be one line of 1 to 200 characters, not only spaces, without control characters',
      },
    ])
    expect((await api.post('/users', { email: 1, password: 'short', role: 'admin' })).body.errors).toEqual([
      {
        field: '/body/name',
        message: 'is required: one line of 1 to 200 characters, not only spaces, without control characters',
      },
      { field: '/body/role', message: 'is not a field of this request; leave it out' },
      { field: '/body/email', message: 'must be an e-mail address of at most 254 characters' },
      { field: '/body/password', message: 'must be text of 10 to 200 characters' },
    ])
    expect((await admin.get('/users?limit=0&stale=perhaps')).body.errors).toEqual([
      { field: '/query/limit', message: 'must be a whole number, 1 to 100' },
      { field: '/query/stale', message: 'must be true or false' },
    ])
  })

  test('keeps what is only strange', async () => {
    for (const [index, name] of [
      "Robert'); DROP TABLE users;--",
      '\u202e💥 ﷽ Ω',
      '${7*7} {{7*7}} %s',
      '<script>',
    ].entries()) {
      const created = await api.post('/users', { email: `strange${index}@example.com`, name, password })
      expect(created).toMatchObject({ status: 201, body: { name } })
      expect((await admin.get(`/users?search=${encodeURIComponent(name)}`)).body.items).toHaveLength(1)
    }
  })

  test.each([
    ['/users?limit=0'],
    ['/users?limit=101'],
    ['/users?limit=1&limit=2'],
    ['/users?offset=5'],
    ['/users?search='],
    [`/users?cursor=${cursorOf('2026-13-45 00:00:00+00')}`],
    [`/users?cursor=${cursorOf('2026-02-30 00:00:00+00')}`],
    [`/users?cursor=${cursorOf('2026-06-01 25:00:00+00')}`],
    [`/users?cursor=${cursorOf('2026-06-01 00:00:00+99')}`],
    ['/users?__proto__=1'],
    ['/users/%27%20OR%201=1'],
    ["/users/6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11'--"],
    ['/users/%00'],
    ['/users/%zz'],
  ])('refuses %s', async path => {
    const { status, body } = await admin.get(path)
    expect(status).toBe(400)
    expect(body.code === 'invalid-cursor' || body.errors.length > 0).toBe(true)
  })

  test('says what is wrong with an address that cannot be decoded', async () => {
    expect(await admin.get('/users/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ field: '/path', message: expect.stringContaining('UTF-8') }] },
    })
  })

  test('answers what it does not know with 404, and a known address with another method with 405', async () => {
    expect(await api.get('/nowhere')).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
    expect(await api.get('/users/a/b/c')).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
    const put = await api.send('PUT', '/users')
    expect(put).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
    expect(put.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(['GET', 'POST']))
  })

  test('takes a request id only if it is harmless', async () => {
    const kept = await api.get('/health/live', { headers: { 'x-request-id': 'abc-123' } })
    expect(kept.headers.get('x-request-id')).toBe('abc-123')
    const replaced = await api.get('/health/live', { headers: { 'x-request-id': '<b>"\\' } })
    expect(replaced.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })

  test('refuses strangers before their body is read', async () => {
    const { port, hostname } = new URL(api.address)
    const socket = connect(Number(port), hostname)
    socket.write(
      'POST /orders/imports HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n[',
    )
    const [answer]: Buffer[] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /)
    socket.destroy()
  })

  test('names no more than a hundred mistakes, however many there are', async () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_each, index) => [`a${index}`, 1]))
    const nothingBut = await api.post('/users', fields)
    expect(nothingBut.body.errors).toHaveLength(100)
    const { id, api: own } = await registerUser(api)
    const items = await own.once(`/users/${id}/orders`, { items: Array.from({ length: 60_000 }, () => 0) })
    expect(items.body.errors).toHaveLength(100)
  })

  test('survives what is no HTTP', async () => {
    const { port, hostname } = new URL(api.address)
    const socket = connect(Number(port), hostname)
    socket.end('NONSENSE\r\n\r\n')
    const chunks: Buffer[] = await socket.toArray()
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 400 /)
    expect((await api.get('/health/live')).status).toBe(200)
  })
})
