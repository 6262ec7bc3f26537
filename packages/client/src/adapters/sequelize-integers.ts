/** Sequelize's Query, which runs a statement and makes models of the rows. */
export type QueryClass = new (...parts: never[]) => RunnableQuery

interface RunnableQuery {
  readonly model?: Model | null | undefined
  readonly instance?: object | null | undefined
  run(sql: string, parameters?: unknown): Promise<unknown>
}

interface Model {
  readonly rawAttributes: Readonly<Record<string, { readonly type?: { readonly key?: string } }>>
}

/**
 * A Query whose INTEGER attributes are numbers where a number is exact, and text beyond. CockroachDB's INTEGER has 64 bits, which node-postgres gives as text; by the
 * type alone it cannot be told from BIGINT, whose attributes stay text. https://www.cockroachlabs.com/docs/v26.2/int
 */
export function exactIntegers(Query: QueryClass): QueryClass {
  return class extends Query {
    override async run(sql: string, parameters?: unknown): Promise<unknown> {
      const result = await super.run(sql, parameters)
      const integers = new Integers(this.model)
      integers.settle(result)
      integers.settle(this.instance)
      return result
    }
  }
}

/** Walks over results: instances, their associations, and rows as they are. */
class Integers {
  readonly #model: Model | null | undefined
  readonly #seen = new Set<object>()

  constructor(model: Model | null | undefined) {
    this.#model = model
  }

  settle(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.settle(each)
    else if (typeof value === 'object' && value !== null && !this.#seen.has(value)) {
      this.#seen.add(value)
      if (isInstance(value)) this.#settleInstance(value)
      else if (this.#model && Object.getPrototypeOf(value) === Object.prototype) numberIntegers(value, this.#model)
    }
  }

  #settleInstance(instance: Instance): void {
    const { constructor: model, dataValues, _previousDataValues: previous } = instance
    numberIntegers(dataValues, model)
    numberIntegers(previous, model)
    for (const value of Object.values(dataValues)) if (Array.isArray(value) || isInstance(value)) this.settle(value)
  }
}

interface Instance {
  readonly constructor: Model
  readonly dataValues: Record<string, unknown>
  readonly _previousDataValues: Record<string, unknown>
}

function isInstance(value: unknown): value is Instance {
  return typeof value === 'object' && value !== null && 'dataValues' in value && '_previousDataValues' in value
}

function numberIntegers(values: object, { rawAttributes }: Model): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string' || rawAttributes[name]?.type?.key !== 'INTEGER') continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) Reflect.set(values, name, number)
  }
}
