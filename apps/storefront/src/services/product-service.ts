import type { Cluster } from 'cerci'
import type { NewProduct, Product, ProductChanges } from '../entities/product.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { decodeCursor, encodeCursor } from '../paging/cursor.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import {
  adjustStock,
  findProduct,
  insertProduct,
  listProducts,
  updateProduct,
} from '../repositories/product-repository.js'
import { readList } from './read-list.js'

export class ProductService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Throws `sku-taken`. */
  async create(product: NewProduct): Promise<Product> {
    return this.get(await insertProduct(this.#cluster, product))
  }

  /** Throws `product-not-found`. */
  async get(id: string): Promise<Product> {
    return (await findProduct(this.#cluster, id)) ?? notFound(id)
  }

  /** Ordered by SKU. Throws `invalid-cursor`. */
  async list(page: PageRequest): Promise<Page<Product>> {
    const [afterSku = ''] = page.cursor === undefined ? [] : decodeCursor(page.cursor, [/^[\w.-]{1,64}$/])
    const products = await readList(this.#cluster, page, db => listProducts(db, afterSku, page.limit + 1))
    return cutPage(products, page.limit, product => encodeCursor([product.sku]))
  }

  /** Throws `product-not-found`, `version-conflict`. */
  async update(id: string, version: number, changes: ProductChanges): Promise<Product> {
    const updated = await updateProduct(this.#cluster, id, version, changes)
    const product = await this.get(id)
    if (updated) return product
    throw new StorefrontError('version-conflict', {
      detail: `The product has version ${product.version}, not ${version}.`,
    })
  }

  /** Adds pieces to the inventory, or takes them out when negative. Throws `product-not-found`, `insufficient-stock`. */
  async adjustStock(id: string, change: number): Promise<Product> {
    if (!(await adjustStock(this.#cluster, id, change))) notFound(id)
    return this.get(id)
  }
}

function notFound(id: string): never {
  throw new StorefrontError('product-not-found', { detail: `There is no product ${id}.` })
}
