import { SqlState } from '../errors/sqlstate.js'
import { sqlStateOf } from '../retry/sql-state-of.js'

/** What is used of Sequelize's models. */
export interface SequelizeModels<Tx> {
  readonly models: Readonly<Record<string, SequelizeModel>>
  addHook(hook: 'afterDefine', fn: (model: SequelizeModel) => void): unknown
  /** After `Sequelize.useCLS()`, where the transaction is that callers do not pass. https://sequelize.org/docs/v6/other-topics/transactions */
  readonly constructor: { readonly _cls?: { get(name: 'transaction'): Tx | undefined } | undefined }
}

interface SequelizeModel {
  readonly sequelize?: object | undefined
  findOrCreate: FindOrCreate
  findOne(options: object): Promise<object | null>
  create(values: object, options: object): Promise<object>
}

type FindOrCreate = (this: SequelizeModel, options: FindOrCreateOptions) => Promise<[object, boolean]>

interface FindOrCreateOptions {
  readonly where: object
  readonly defaults?: object | undefined
  readonly transaction?: object | null | undefined
}

/** What `findOrCreate` needs of transactions. */
export interface Transactions<Tx> {
  /** Runs a body in a transaction of its own, again as a whole after conflicts. */
  run<T>(body: (transaction: Tx) => Promise<T>): Promise<T>
  execute(transaction: Tx, sql: string): Promise<unknown>
}

/** Gives all models of one Sequelize, also those to come, a `findOrCreate` that works in CockroachDB. */
export function adaptModels<Tx extends object>(db: SequelizeModels<Tx>, transactions: Transactions<Tx>): void {
  ways.set(db, (model, options) => {
    // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
    const implicit = options?.transaction === undefined ? db.constructor._cls?.get('transaction') : options.transaction
    return findOrCreate<object>(model, options, implicit, transactions)
  })
  for (const model of Object.values(db.models)) adapt(model)
  db.addHook('afterDefine', adapt)
}

/** How the models of each Sequelize find or create. A class may be shared by several of them, and models of a scope or schema are classes of their own. */
const ways = new WeakMap<object, (model: SequelizeModel, options: FindOrCreateOptions) => Promise<[object, boolean]>>()

const ours = new WeakSet<FindOrCreate>()

/** Puts ours where Sequelize's would be found: on the model, or between its application's own, whose `super.findOrCreate()` then reaches it, and what that extends. */
function adapt(model: SequelizeModel): void {
  let overriding: SequelizeModel | undefined
  for (const owner of ownersOf(model)) {
    if (ours.has(owner.findOrCreate)) return
    overriding = owner
  }
  const parent = parentOf(overriding ?? model)
  if (parent === undefined) return
  const placed = findOrCreateOver(parent)
  if (overriding === undefined) model.findOrCreate = placed
  else Object.setPrototypeOf(overriding, Object.assign(class extends parent {}, { findOrCreate: placed }))
}

/** The classes that have a `findOrCreate` of their own, without Sequelize's Model. */
function* ownersOf(model: SequelizeModel): Generator<SequelizeModel> {
  let current = model
  for (let parent = parentOf(model); parent !== undefined; parent = parentOf(parent)) {
    if (Object.hasOwn(current, 'findOrCreate') && !wrapsAll(current)) yield current
    current = parent
  }
}

/** sequelize-typescript's Model has all methods again, only to call what Sequelize has: that is not an application's own way. */
function wrapsAll(model: object): boolean {
  return ['findAll', 'findOrBuild', 'findCreateFind', 'bulkCreate', 'truncate'].every(name =>
    Object.hasOwn(model, name),
  )
}

type ModelClass = SequelizeModel & (new (...parts: never[]) => object)

function parentOf(model: object): ModelClass | undefined {
  const parent: unknown = Object.getPrototypeOf(model)
  return isModel(parent) ? parent : undefined
}

function isModel(value: unknown): value is ModelClass {
  return typeof value === 'function' && 'findOrCreate' in value
}

function findOrCreateOver(parent: SequelizeModel): FindOrCreate {
  const placed: FindOrCreate = function (options) {
    const way = this.sequelize && ways.get(this.sequelize)
    return way ? way(this, options) : Reflect.apply(parent.findOrCreate, this, [options])
  }
  ours.add(placed)
  return placed
}

/** Sequelize catches the unique violation in a function in PL/pgSQL; here it is caught under a savepoint, which keeps the transaction alive. */
async function findOrCreate<Tx>(
  model: SequelizeModel,
  options: FindOrCreateOptions,
  around: Tx | null | undefined,
  transactions: Transactions<Tx>,
): Promise<[object, boolean]> {
  if (!options?.where) throw new TypeError('findOrCreate() takes options with a where.')
  const attempt = async (transaction: Tx): Promise<[object, boolean]> => {
    const own = { ...options, transaction }
    const found = await model.findOne(own)
    if (found !== null) return [found, false]
    await transactions.execute(transaction, 'SAVEPOINT find_or_create')
    try {
      return [await model.create({ ...equalities(options.where), ...options.defaults }, own), true]
    } catch (error) {
      if (sqlStateOf(error) !== SqlState.uniqueViolation) throw error
      await transactions.execute(transaction, 'ROLLBACK TO SAVEPOINT find_or_create')
      const other = await model.findOne(own)
      if (other === null) throw error
      return [other, false]
    }
  }
  return around ? await attempt(around) : await transactions.run(attempt)
}

/** The conditions that say a value; operators, whose keys are symbols, say none. */
function equalities(where: object): object {
  return Object.fromEntries(Object.entries(where))
}
