import { SqlState } from '../errors/sqlstate.js'
import { sqlStateOf } from '../retry/sql-state-of.js'

/** What is used of Sequelize's models. */
export interface SequelizeModels<Tx> {
  readonly models: Readonly<Record<string, SequelizeModel<Tx>>>
  addHook(hook: 'afterDefine', fn: (model: SequelizeModel<Tx>) => void): unknown
  /** After `Sequelize.useCLS()`, where the transaction is that callers do not pass. https://sequelize.org/docs/v6/other-topics/transactions */
  readonly constructor: { readonly _cls?: { get(name: 'transaction'): Tx | undefined } | undefined }
}

interface SequelizeModel<Tx> {
  findOrCreate(options: FindOrCreateOptions<Tx>): Promise<[object, boolean]>
  findOne(options: object): Promise<object | null>
  create(values: object, options: object): Promise<object>
}

interface FindOrCreateOptions<Tx> {
  readonly where: object
  readonly defaults?: object | undefined
  readonly transaction?: Tx | null | undefined
}

/** What `findOrCreate` needs of transactions. */
export interface Transactions<Tx> {
  /** Runs a body in a transaction of its own, again as a whole after conflicts. */
  run<T>(body: (transaction: Tx) => Promise<T>): Promise<T>
  execute(transaction: Tx, sql: string): Promise<unknown>
}

/** Gives all models of one Sequelize, also those to come, a `findOrCreate` that works in CockroachDB. */
export function adaptModels<Tx>(db: SequelizeModels<Tx>, transactions: Transactions<Tx>): void {
  // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
  const implicit = (): Tx | undefined => db.constructor._cls?.get('transaction')
  const adapt = (model: SequelizeModel<Tx>): void => {
    model.findOrCreate = options =>
      findOrCreate(model, options, options?.transaction === undefined ? implicit() : options.transaction, transactions)
  }
  for (const model of Object.values(db.models)) adapt(model)
  db.addHook('afterDefine', adapt)
}

/** Sequelize catches the unique violation in a function in PL/pgSQL; here it is caught under a savepoint, which keeps the transaction alive. */
async function findOrCreate<Tx>(
  model: SequelizeModel<Tx>,
  options: FindOrCreateOptions<Tx>,
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
