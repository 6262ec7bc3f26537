import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routeTable } from '../../src/routes/route-table.js'
import { servers, startTestStorefront } from '../fixture/storefront.js'

const seed = Number(process.env.TEST_SEED ?? 20_260_601)

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    "'; DROP TABLE users; --",
    "' OR 1=1 --",
    '$1',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    '${7*7}',
    '%s%n',
    'NaN',
    -1,
    1e308,
    2 ** 53,
    true,
    null,
    [],
    {},
    [[[[[[]]]]]],
    // As a literal it would set the prototype, and be sent as {}.
    JSON.parse('{"__proto__":{"admin":true}}'),
    { toString: 1, constructor: { prototype: 1 }, length: -1 },
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
)

/** The names of an object schema's properties. */
function fields(schema: object | undefined): readonly string[] {
  return schema !== undefined && 'properties' in schema ? Object.keys(schema.properties ?? {}) : []
}

/** A value as a part of an address: well-formed Unicode, and in one segment. */
function inAddress(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent(Buffer.from(text).toString()).replaceAll('%2F', '_') || '_'
}

/** Routes that read anything of a request. */
const reading = routeTable.filter(({ params, query, headers, body }) =>
  [params, query, headers, body].some(schema => fields(schema).length > 0),
)

describe.each(servers)('hostile values on %s', async (_, createServer) => {
  const { admin } = await startTestStorefront(createServer)

  test.each(reading)(
    `$method $path answers hostile values with 4xx (TEST_SEED=${seed})`,
    async ({ method, path, params, query, headers, body }) => {
      const values = fc.array(hostile, { minLength: 12, maxLength: 12 })
      for (const drawn of fc.sample(values, { seed, numRuns: 6 })) {
        const next = (): unknown => drawn.pop() ?? 'x'
        const text = (): string => inAddress(next())
        const address = fields(params).reduce((filled, name) => filled.replace(`{${name}}`, text()), path)
        const search = fields(query)
          .map(name => `${name}=${text()}`)
          .join('&')
        const sent = Object.fromEntries(fields(headers).map(name => [name, text()]))
        const document =
          body === undefined ? undefined : JSON.stringify(Object.fromEntries(fields(body).map(name => [name, next()])))
        const answer = await admin.send(method, `${address}?${search}`, { body: document, headers: sent })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
      }
    },
  )

  test('leaves the service well', async () => {
    expect((await admin.get('/users')).body.items).toHaveLength(1)
  })
})
