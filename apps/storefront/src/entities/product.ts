/** An article of the catalogue with what the inventory holds of it. */
export interface Product {
  readonly id: string
  /** Stock-keeping unit: the unique name the catalogue is ordered by. */
  readonly sku: string
  readonly name: string
  readonly description: string
  /** Exact decimal with two digits after the point, as a string. */
  readonly price: string
  /** Free-form properties, such as colour or size. */
  readonly attributes: Readonly<Record<string, string>>
  /** Pieces that can be ordered now. */
  readonly stock: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewProduct {
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly price: string
  readonly attributes: Readonly<Record<string, string>>
  readonly stock: number
}

/** What may change of a product; an absent property stays as it is. */
export interface ProductChanges {
  readonly name?: string
  readonly description?: string
  readonly price?: string
  readonly attributes?: Readonly<Record<string, string>>
}
