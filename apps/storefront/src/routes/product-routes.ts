import { Type } from 'typebox'
import type { Product } from '../entities/product.js'
import { type Route, route } from './route.js'
import { idempotencyHeaders, repeatHeader, requiredVersion, versionHeaders, versionTag } from './schemas/headers.js'
import { pageOf, pageQuery, pageRequest } from './schemas/paging.js'
import { label, longText, money, sku, stock, timestamp, uuid, version } from './schemas/primitives.js'
import { entity, type Schema } from './schemas/schema.js'

const attributes: Schema<Readonly<Record<string, string>>> = Type.Unsafe<Readonly<Record<string, string>>>({
  type: 'object',
  additionalProperties: label,
  propertyNames: {
    type: 'string',
    pattern: '^[a-z][a-z0-9_]{0,39}$',
    description: 'Named by up to 40 lower-case letters, digits and underscores, a letter first.',
  },
  maxProperties: 50,
  examples: [{ colour: 'blue' }],
})

const product: Schema<Product> = entity<Product>('Product', {
  id: uuid,
  sku,
  name: label,
  description: longText,
  price: money,
  attributes,
  stock,
  version,
  createdAt: timestamp,
  updatedAt: timestamp,
})

const productParams = Type.Object({ productId: uuid })
const tag = 'Products'

export const productRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/products',
    access: 'admin',
    tag,
    summary: 'Add a product to the catalogue.',
    body: Type.Object(
      {
        sku,
        name: label,
        description: Type.Optional(longText),
        price: money,
        attributes: Type.Optional(attributes),
        stock,
      },
      { additionalProperties: false },
    ),
    status: 201,
    response: product,
    problems: ['sku-taken'],
    async handle({ body }, { products }) {
      const created = await products.create({ description: '', attributes: {}, ...body })
      return { body: created, headers: { location: `/products/${created.id}`, ...versionTag(created) } }
    },
  }),
  route({
    method: 'GET',
    path: '/products',
    access: 'anyone',
    tag,
    summary: 'List products by SKU.',
    query: pageQuery,
    status: 200,
    response: pageOf('ProductPage', product),
    problems: ['invalid-cursor'],
    async handle({ query }, { products }) {
      return { body: await products.list(pageRequest(query)) }
    },
  }),
  route({
    method: 'GET',
    path: '/products/{productId}',
    access: 'anyone',
    tag,
    summary: 'Get a product.',
    params: productParams,
    status: 200,
    response: product,
    problems: ['product-not-found'],
    async handle({ params }, { products }) {
      const found = await products.get(params.productId)
      return { body: found, headers: versionTag(found) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/products/{productId}',
    access: 'admin',
    tag,
    summary: 'Change a product that still has the version in If-Match.',
    params: productParams,
    headers: versionHeaders,
    body: Type.Object(
      {
        name: Type.Optional(label),
        description: Type.Optional(longText),
        price: Type.Optional(money),
        attributes: Type.Optional(attributes),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    status: 200,
    response: product,
    problems: ['product-not-found', 'version-conflict', 'version-required'],
    async handle({ params, headers, body }, { products }) {
      const updated = await products.update(params.productId, requiredVersion(headers), body)
      return { body: updated, headers: versionTag(updated) }
    },
  }),
  route({
    method: 'POST',
    path: '/products/{productId}/stock',
    access: 'admin',
    tag,
    summary:
      'Add pieces to the inventory, or take them out with a negative number, exactly once for each idempotency key.',
    params: productParams,
    headers: idempotencyHeaders,
    body: Type.Object(
      { change: Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 }) },
      { additionalProperties: false },
    ),
    status: 200,
    response: product,
    problems: ['product-not-found', 'insufficient-stock', 'limit-exceeded', 'idempotency-key-reused'],
    async handle({ params, headers, body }, { products }) {
      const wanted = { change: body.change, idempotencyKey: headers['idempotency-key'] }
      const { product: changed, repeated } = await products.changeStock(params.productId, wanted)
      return { body: changed, headers: repeatHeader(repeated) }
    },
  }),
]
