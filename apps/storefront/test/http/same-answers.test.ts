import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createExpressServer } from '../../src/http/express-server.js'
import { createFastifyServer } from '../../src/http/fastify-server.js'
import type { Api } from '../fixture/api.js'
import { startTestStorefront } from '../fixture/storefront.js'

const fastify = await startTestStorefront(createFastifyServer)
const express = await startTestStorefront(createExpressServer)
const id = '6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11'

/** As it is, where `fetch` would tidy the address up. */
async function ask(api: Api, method: string, path: string, headers: Readonly<Record<string, string>>) {
  const { hostname, port } = new URL(api.address)
  const sent = request({ hostname, port, method, path, headers: { ...api.headers, ...headers } })
  sent.end()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  const body = await text(response)
  const { code, errors }: { code?: unknown; errors?: unknown } = body.startsWith('{') ? JSON.parse(body) : {}
  const { allow, 'content-type': type, etag, location } = response.headers
  return { status: response.statusCode, code, errors, allow, type, etag, location }
}

test.each([
  ['GET', '/products/'],
  ['GET', '/products/?limit=1'],
  ['GET', '/products//'],
  ['GET', '//products'],
  ['GET', '/products/%20'],
  ['GET', '/products/%2F'],
  ['GET', '/products/a%2Fb'],
  ['GET', '/products;x=1'],
  ['GET', '/Products'],
  ['GET', '/products?'],
  ['GET', '/products?limit=1&limit=2'],
  ['GET', '/products?limit[]=1'],
  ['GET', '/products?limit=%zz'],
  ['GET', '/products?=1'],
  ['GET', `/products/${id}/`],
  ['GET', `/products/${id.toUpperCase()}`],
  ['GET', '/users//orders'],
  ['GET', '/users/'],
  ['POST', '/users/'],
  ['GET', `/users/${id}/orders/`],
  ['GET', `/users//orders/${id}`],
  ['GET', '/users/%zz'],
  ['GET', '/../products'],
  ['GET', '/./products'],
  ['GET', '/problems/'],
  ['GET', '/problems/forbidden'],
  ['GET', ''],
  ['HEAD', '/products'],
  ['HEAD', '/'],
  ['HEAD', `/products/${id}`],
  ['HEAD', '/nowhere'],
  ['HEAD', '/users'],
  ['OPTIONS', '/products'],
  ['OPTIONS', '/nowhere'],
  ['OPTIONS', '*'],
  ['PUT', '/products'],
  ['DELETE', '/'],
  ['TRACE', '/products'],
  ['PROPFIND', '/products'],
  ['POST', '/products'],
  ['POST', '/sessions'],
  ['DELETE', `/users/${id}`],
  ['GET', `/products/${'x'.repeat(2_000)}`],
  ['GET', `/products/${'x'.repeat(15_000)}`],
])('%s %s is answered alike by both servers', async (method, path) => {
  const variants: readonly Readonly<Record<string, string>>[] = [{}, { 'content-type': 'application/json' }]
  for (const headers of variants)
    expect(await ask(express.admin, method, path, headers)).toEqual(await ask(fastify.admin, method, path, headers))
})

test('an address that ends where an id should be is not there', async () => {
  for (const { admin } of [fastify, express]) {
    for (const path of ['/products/', '/users/', '/problems/'])
      expect(await admin.get(path)).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
  }
})
