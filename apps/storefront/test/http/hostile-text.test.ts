import { randomUUID } from 'node:crypto'
import { Ajv2020 as JsonSchema } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import { routeTable } from '../../src/routes/route-table.js'
import type { Api } from '../fixture/api.js'
import { openShop } from '../fixture/shop.js'
import { password, servers, startTestStorefront } from '../fixture/storefront.js'

/** Long enough for a password, short enough for a name. */
const texts = ["'; DROP TABLE users; --", "x' OR '1'='1' --", '"); SELECT pg_sleep(9); --', '$1 %s \\x00 {{7*7}}']

/** What a request needs, by the name of its field, to get past its validation and down to the statements. */
type Known = Readonly<Record<string, () => unknown>>

async function knownOf(admin: Api): Promise<Known> {
  const { user, accountIds, productIds } = await openShop(admin)
  const items = [{ productId: productIds[0], quantity: 1 }]
  const order = await admin.once(`/users/${user.id}/orders`, { items })
  const post = await admin.post(`/users/${user.id}/posts`, { title: 'x', body: '' })
  return {
    userId: () => user.id,
    productId: () => productIds[0],
    orderId: () => order.body.id,
    accountId: () => accountIds[0],
    fromAccountId: () => accountIds[0],
    toAccountId: () => accountIds[1],
    postId: () => post.body.id,
    email: () => `${randomUUID()}@example.com`,
    sku: () => randomUUID(),
    password: () => password,
    'idempotency-key': () => randomUUID(),
    idempotencyKey: () => randomUUID(),
  }
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly minimum?: number
}

/** A place in a request, and what may stand there. */
interface Field {
  readonly part: 'params' | 'query' | 'headers' | 'body'
  readonly path: readonly string[]
  readonly schema: Schema
}

function fieldsOf(part: Field['part'], schema: TSchema | undefined): readonly Field[] {
  if (schema === undefined) return []
  const plain: Schema = JSON.parse(JSON.stringify(schema))
  return leaves(plain, []).map(leaf => ({ part, ...leaf }))
}

function leaves(schema: Schema, path: readonly string[]): readonly Omit<Field, 'part'>[] {
  if (schema.items !== undefined) return leaves(schema.items, [...path, '0'])
  const properties = Object.entries(schema.properties ?? {})
  return properties.length === 0 ? [{ path, schema }] : properties.flatMap(([name, of]) => leaves(of, [...path, name]))
}

function example({ schema, path }: Field, known: Known): unknown {
  const value = known[path.at(-1) ?? '']
  if (value !== undefined) return value()
  if (schema.examples !== undefined) return schema.examples[0]
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'integer') return Math.max(1, schema.minimum ?? 1)
  return schema.type === 'boolean' ? true : 'text'
}

/** A body of leaves; a name of digits is a place in a list. */
function assemble(values: readonly (readonly [path: readonly string[], value: unknown])[]): unknown {
  const [first] = values
  if (first?.[0].length === 0) return first[1]
  const names = [...new Set(values.map(([[name = '']]) => name))]
  const parts = names.map(name => {
    const below = values.filter(([path]) => path[0] === name)
    return [name, assemble(below.map(([path, value]) => [path.slice(1), value]))] as const
  })
  return names[0] === '0' ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}

const ajv = new JsonSchema({ strict: false })
formats.default(ajv)

const cases = routeTable.flatMap(route => {
  const fields = (['params', 'query', 'headers', 'body'] as const).flatMap(part => fieldsOf(part, route[part]))
  return fields.map(field => ({ route, fields, field, name: `${field.part}/${field.path.join('/')}` }))
})

describe.each(servers)('hostile text on %s', async (_, createServer) => {
  const { admin } = await startTestStorefront(createServer)
  const known = await knownOf(admin)
  const taken = new Set<string>()

  test.each(cases)('$route.method $route.path takes SQL in $name for text, or refuses it', async each => {
    const { route, fields, field, name } = each
    for (const text of texts) {
      const said = (one: Field): unknown => (one === field ? text : example(one, known))
      const of = (part: Field['part']) => fields.filter(one => one.part === part)
      let address: string = route.path
      for (const one of of('params'))
        address = address.replace(`{${one.path[0]}}`, encodeURIComponent(String(said(one))))
      const optional = of('query').filter(one => one === field || one.path[0] === 'limit')
      const query = optional.map(one => `${one.path[0]}=${encodeURIComponent(String(said(one)))}`).join('&')
      const headers: Record<string, string> = {}
      for (const one of of('headers')) headers[one.path[0] ?? ''] = String(said(one))
      if ('if-match' in headers && field.part === 'body')
        headers['if-match'] = (await admin.get(address)).headers.get('etag') ?? ''
      const body = of('body').map(one => [one.path, said(one)] as const)
      const sent = body.length === 0 ? undefined : assemble(body)
      const answer = await admin.send(route.method, query === '' ? address : `${address}?${query}`, {
        body: sent,
        headers,
      })
      const accepted = ajv.validate(field.schema, text)
      if (accepted) taken.add(name)
      expect([answer.status < 500, answer.body.code === 'invalid-request']).toEqual([true, !accepted])
      // What was taken comes back as it was.
      const back: unknown = answer.status < 300 ? (answer.body[field.path[0] ?? ''] ?? text) : text
      expect(back).toBe(text)
    }
  })

  test('has reached the statements, and left the tables', async () => {
    expect([...taken]).toEqual(expect.arrayContaining(['body/name', 'body/title', 'body/description', 'query/search']))
    expect((await admin.get(`/users/${String(known.userId?.())}`)).status).toBe(200)
    expect((await admin.get('/products')).status).toBe(200)
  })
})
