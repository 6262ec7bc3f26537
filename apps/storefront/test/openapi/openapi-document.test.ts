import { Ajv2020 as JsonSchema } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { openApiDocument } from '../../src/openapi/openapi-document.js'
import { routeTable } from '../../src/routes/route-table.js'

// oxlint-disable-next-line typescript/no-explicit-any -- a document of any shape, looked at from outside
const document: any = JSON.parse(JSON.stringify(openApiDocument(routeTable)))

test('has every route of the table, and no other', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map(method => `${method.toUpperCase()} ${path}`),
  )
  expect(documented.toSorted()).toEqual(routeTable.map(({ method, path }) => `${method} ${path}`).toSorted())
})

test('declares every parameter of every path', () => {
  for (const { method, path } of routeTable) {
    const { parameters = [] } = document.paths[path][method.toLowerCase()]
    const inPath = parameters.filter((parameter: { in: string }) => parameter.in === 'path')
    expect(inPath.map(({ name }: { name: string }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
  }
})

test('says which requests can be sent again under a key, which must have one, and how the answer tells', () => {
  const keyed: Record<string, boolean> = {}
  for (const { method, path, status } of routeTable) {
    const { parameters = [], responses } = document.paths[path][method.toLowerCase()]
    const key = parameters.find((parameter: { name: string }) => parameter.name === 'idempotency-key')
    expect(responses[status].headers !== undefined).toBe(key !== undefined)
    if (key !== undefined) keyed[`${method} ${path}`] = key.required
  }
  expect(keyed).toEqual({
    'POST /products/{productId}/stock': true,
    'POST /users/{userId}/orders': true,
    'POST /transfers': true,
    'POST /users/{userId}/accounts': false,
    'POST /users/{userId}/posts': false,
  })
})

test('says in words what every pattern asks for', () => {
  // Looked for in the schemas themselves: in the document a parameter's description stands beside its schema.
  const unexplained: string[] = []
  JSON.stringify(routeTable, (_key, value) => {
    if (typeof value?.pattern === 'string' && value.description === undefined) unexplained.push(value.pattern)
    return value
  })
  expect(unexplained).toEqual([])
})

test('consists of valid schemas, and refers only to what is there', () => {
  const ajv = new JsonSchema({ strict: true, strictTypes: false })
  formats.default(ajv)
  ajv.addKeyword('components')
  ajv.addSchema({ $id: 'document', components: document.components }, 'document', undefined, false)
  const schemas = new Set<string>()
  JSON.stringify(document.paths, (key, value) => {
    if (key === 'schema') schemas.add(JSON.stringify(value).replaceAll('#/components', 'document#/components'))
    return value
  })
  expect(schemas.size).toBeGreaterThan(30)
  for (const schema of schemas) expect(() => ajv.compile(JSON.parse(schema))).not.toThrow()
})
