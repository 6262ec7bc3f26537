import { randomUUID } from 'node:crypto'
import type { Cluster } from 'cerci'
import type { NewProduct, Product, ProductChanges } from '../entities/product.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { decodeCursor, encodeCursor } from '../paging/cursor.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import {
  changeStock,
  createProductLookup,
  findProduct,
  insertProduct,
  listProducts,
  type StockChange,
  updateProduct,
} from '../repositories/product-repository.js'
import { changeVersion } from './change-version.js'
import { readList } from './read-list.js'
import { SharedRead } from './shared-read.js'

export interface ChangedProduct {
  readonly product: Product
  /** Whether an earlier request with the same key has changed it. */
  readonly repeated: boolean
}

export class ProductService {
  readonly #cluster: Cluster
  readonly #lookup: (id: string) => Promise<Product | undefined>
  readonly #pages = new SharedRead<Product[]>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#lookup = createProductLookup(cluster)
  }

  /** Throws `sku-taken`. */
  async create(product: NewProduct): Promise<Product> {
    const id = randomUUID()
    return this.#cluster.transaction(
      async tx => {
        await insertProduct(tx, id, product)
        return (await findProduct(tx, id)) ?? notFound(id)
      },
      { verify: async db => (await findProduct(db, id)) !== undefined },
    )
  }

  /** Throws `product-not-found`. */
  async get(id: string): Promise<Product> {
    return (await this.#lookup(id)) ?? notFound(id)
  }

  /** Ordered by SKU. Throws `invalid-cursor`. */
  async list(page: PageRequest): Promise<Page<Product>> {
    const [afterSku = ''] = page.cursor === undefined ? [] : decodeCursor(page.cursor, [/^[\w.-]{1,64}$/])
    const { limit, stale = false } = page
    // The catalogue is the same for everybody, and its first page what most people ask for.
    const products = await this.#pages.run(`${limit} ${stale} ${afterSku}`, () =>
      readList(this.#cluster, page, db => listProducts(db, afterSku, limit + 1)),
    )
    return cutPage(products, limit, product => encodeCursor([product.sku]))
  }

  /** Throws `product-not-found`, `version-conflict`. */
  async update(id: string, version: number, changes: ProductChanges): Promise<Product> {
    const { updated, product } = await changeVersion(this.#cluster, {
      version,
      changes,
      find: db => findProduct(db, id),
      // Read in the same transaction: a read that failed after the commit would look as if nothing had happened.
      update: async db => ({
        updated: await updateProduct(db, id, version, changes),
        product: (await findProduct(db, id)) ?? notFound(id),
      }),
    })
    if (updated) return product
    throw new StorefrontError('version-conflict', {
      detail: `The product has version ${product.version}, not ${version}.`,
    })
  }

  /**
   * Adds pieces to the inventory, or takes them out when negative, once for each key; what comes back is the product as it is now.
   * Throws `product-not-found`, `insufficient-stock`, `idempotency-key-reused`.
   */
  async changeStock(id: string, wanted: StockChange): Promise<ChangedProduct> {
    const changed = await changeStock(this.#cluster, id, wanted)
    if (changed === undefined) notFound(id)
    if (changed.change !== wanted.change) throw new StorefrontError('idempotency-key-reused')
    return { product: changed.product, repeated: changed.repeated }
  }
}

function notFound(id: string): never {
  throw new StorefrontError('product-not-found', { detail: `There is no product ${id}.` })
}
