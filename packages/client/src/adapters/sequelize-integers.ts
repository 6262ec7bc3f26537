/** Sequelize's Query, which runs a statement and makes models of the rows. */
export type QueryClass = new (...parts: never[]) => RunnableQuery

interface RunnableQuery {
  readonly model?: Model | null | undefined
  readonly instance?: object | null | undefined
  run(sql: string, parameters?: unknown): Promise<unknown>
  isSelectQuery(): boolean
  /** Makes what `run` gives of the rows of a SELECT. */
  handleSelectQuery(rows: unknown): unknown
  /** Makes what `run` throws of what the driver has thrown. */
  formatError(error: unknown, stack?: string): unknown
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
    /** Sequelize records the stack of each statement, and every frame and promise in it costs: SELECTs, which are the most, get one frame and no promise of ours. */
    override run(sql: string, parameters?: unknown): Promise<unknown> {
      return this.isSelectQuery() ? super.run(sql, parameters) : this.#runExact(sql, parameters)
    }

    override handleSelectQuery(rows: unknown): unknown {
      const result = super.handleSelectQuery(rows)
      new Integers(this.model).settle(result)
      return result
    }

    async #runExact(sql: string, parameters: unknown): Promise<unknown> {
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
  /** Instances that were walked for their associations, which may lead back to them. */
  #seen: Set<object> | undefined

  constructor(model: Model | null | undefined) {
    this.#model = model
  }

  settle(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.settle(each)
    else if (isInstance(value)) this.#settleInstance(value)
    else if (this.#model && isPlain(value)) numberIntegers(value, this.#model)
  }

  #settleInstance(instance: Instance): void {
    const { constructor: model, dataValues, _previousDataValues: previous } = instance
    numberIntegers(previous, model)
    if (!numberIntegers(dataValues, model) || this.#seen?.has(instance)) return
    this.#seen ??= new Set()
    this.#seen.add(instance)
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

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** Whether there may be associations among the values. */
function numberIntegers(values: Record<string, unknown>, { rawAttributes }: Model): boolean {
  let hasAssociations = false
  for (const name of Object.keys(values)) {
    const value = values[name]
    if (Array.isArray(value) || isInstance(value)) hasAssociations = true
    if (typeof value !== 'string' || rawAttributes[name]?.type?.key !== 'INTEGER') continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) Reflect.set(values, name, number)
  }
  return hasAssociations
}
