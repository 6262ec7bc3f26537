/** Sequelize's Query, which runs a statement and makes models of the rows. */
export type QueryClass = new (...parts: never[]) => RunnableQuery

interface RunnableQuery {
  readonly model?: Model | null | undefined
  readonly instance?: object | null | undefined
  readonly options?: Selection | undefined
  run(sql: string, parameters?: unknown): Promise<unknown>
  isSelectQuery(): boolean
  /** Makes what `run` gives of the rows of a SELECT. */
  handleSelectQuery(rows: unknown): unknown
  /** Makes what `run` throws of what the driver has thrown. */
  formatError(error: unknown, stack?: string): unknown
}

interface Model {
  readonly rawAttributes: Readonly<Record<string, Attribute>>
  /** The same by the names of their columns. */
  readonly fieldRawAttributesMap?: Readonly<Record<string, Attribute>> | undefined
}

interface Attribute {
  readonly type?: { readonly key?: string; readonly type?: { readonly key?: string } }
}

/** What a SELECT asks for, of its model or of one that is included. */
interface Selection {
  readonly attributes?: unknown
  readonly includeMap?: Readonly<Record<string, Selection & { readonly model: Model }>> | undefined
}

/**
 * A Query whose attributes of INTEGER, and of arrays of it, are numbers where a number is exact, and text beyond. CockroachDB's INTEGER has 64 bits, which node-postgres gives as text; by the
 * type alone it cannot be told from BIGINT, whose attributes stay text. https://www.cockroachlabs.com/docs/v26.2/int
 */
export function exactIntegers(Query: QueryClass): QueryClass {
  return class extends Query {
    /** Sequelize records the stack of each statement, and every frame and promise in it costs: SELECTs, which are the most, get one frame and no promise of ours. */
    override run(sql: string, parameters?: unknown): Promise<unknown> {
      return this.isSelectQuery() ? super.run(sql, parameters) : this.#runExact(sql, parameters)
    }

    override handleSelectQuery(rows: unknown): unknown {
      if (this.model && Array.isArray(rows)) numberColumns(rows, this.model, this.options ?? {})
      return super.handleSelectQuery(rows)
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

/** Column by column, so that rows without INTEGER cost nothing each. All rows of a result have the same columns. */
function numberColumns(rows: readonly unknown[], model: Model, selection: Selection): void {
  const [first] = rows
  if (!isRow(first)) return
  for (const column of Object.keys(first)) {
    if (!isInteger(attributeOf(column, model, selection))) continue
    for (const row of rows) if (isRow(row)) row[column] = exactNumber(row[column])
  }
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The attribute that a column shows: by its name, by the alias that it was asked for, or behind the names of the associations that lead to it. */
function attributeOf(column: string, model: Model, { attributes, includeMap }: Selection): Attribute | undefined {
  const own = model.rawAttributes[column]
  if (own !== undefined) return own
  const asked: unknown = Array.isArray(attributes)
    ? attributes.find(each => Array.isArray(each) && each[1] === column && typeof each[0] === 'string')
    : undefined
  if (Array.isArray(asked)) return model.fieldRawAttributesMap?.[asked[0]] ?? model.rawAttributes[asked[0]]
  const dot = column.indexOf('.')
  const included = dot === -1 ? undefined : includeMap?.[column.slice(0, dot)]
  return included && attributeOf(column.slice(dot + 1), included.model, included)
}

function isInteger(attribute: Attribute | undefined): boolean {
  const type = attribute?.type
  return (type?.key === 'ARRAY' ? type.type : type)?.key === 'INTEGER'
}

/** A number where it is exact, also in the place of texts in an array. */
function exactNumber(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) value[at] = exactNumber(value[at])
    return value
  }
  if (typeof value !== 'string') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Walks over what writes return: instances, their associations, and rows as they are. */
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
    if (isInteger(rawAttributes[name])) Reflect.set(values, name, exactNumber(value))
  }
  return hasAssociations
}
