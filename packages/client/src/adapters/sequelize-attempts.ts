import { StaleInstanceError } from '../errors/stale-instance-error.js'
import type { QueryClass } from './sequelize-integers.js'

/** What is used of a Sequelize to know where its instances come from. */
export interface SequelizeInstances {
  readonly dialect: { Query: QueryClass }
  readonly models: Readonly<Record<string, InstanceModel>>
  addHook(hook: 'afterDefine', fn: (model: InstanceModel) => void): unknown
  /** After `Sequelize.useCLS()`, where the transaction is that callers do not pass. */
  readonly constructor: { readonly _cls?: { get(name: 'transaction'): unknown } | undefined }
}

interface InstanceModel {
  build: (...values: never[]) => unknown
  readonly prototype: { save: (options?: object) => Promise<unknown> }
}

/** One run of a transaction's function. */
interface Attempt {
  /** On the clock of `Attempts`. */
  readonly began: number
  readonly isFirst: boolean
  /** The model of an instance from outside that it has written. */
  stale: string | undefined
  error: unknown
}

/**
 * Keeps transactions from running again over instances that were made outside of their functions. Sequelize's instances take a write for done once it was sent: after an
 * attempt that failed, `update()` and `save()` would write nothing, or `balance - 1` once more, and the transaction would succeed. `increment()` counts in the database, and may run again.
 */
export class Attempts {
  readonly #attempts = new WeakMap<object, Attempt>()
  readonly #births = new WeakMap<object, number>()
  #clock = 0
  #running = 0

  /** The same for all adaptations of one Sequelize. */
  static of(db: SequelizeInstances): Attempts {
    const known = all.get(db)
    if (known !== undefined) return known
    const attempts = new Attempts()
    all.set(db, attempts)
    attempts.#watch(db)
    return attempts
  }

  /** The same function of a transaction, which is not run again where that would be wrong. */
  guard<Tx extends object, T>(fn: (transaction: Tx) => Promise<T>): (transaction: Tx) => Promise<T> {
    let previous: Attempt | undefined
    return async transaction => {
      if (previous?.stale !== undefined) throw new StaleInstanceError(previous.stale, previous.error)
      const attempt: Attempt = {
        began: ++this.#clock,
        isFirst: previous === undefined,
        stale: undefined,
        error: undefined,
      }
      previous = attempt
      this.#attempts.set(transaction, attempt)
      this.#running++
      try {
        return await fn(transaction)
      } catch (error) {
        attempt.error = error
        throw error
      } finally {
        this.#running--
      }
    }
  }

  #watch(db: SequelizeInstances): void {
    const written = (options: object): void => this.#written(options)
    const { Query } = db.dialect
    db.dialect.Query = class extends Query {
      constructor(...parts: never[]) {
        super(...parts)
        const options: unknown = parts[2]
        if (typeof options === 'object' && options !== null && 'instance' in options) written(options)
      }
    }
    const adapt = (model: InstanceModel): void => {
      this.#watchBirths(model)
      // oxlint-disable-next-line no-underscore-dangle -- Sequelize's name
      this.#watchSaves(model, () => db.constructor._cls?.get('transaction'))
    }
    for (const model of Object.values(db.models)) adapt(model)
    db.addHook('afterDefine', adapt)
  }

  #watchBirths(model: InstanceModel): void {
    const born = (instance: unknown): void => {
      if (this.#running > 0 && typeof instance === 'object' && instance !== null)
        this.#births.set(instance, ++this.#clock)
    }
    const { build } = model
    model.build = function (...values) {
      const made: unknown = Reflect.apply(build, this, values)
      born(made)
      return made
    }
  }

  /** An instance that takes itself for saved sends nothing, so that no query would tell. */
  #watchSaves({ prototype }: InstanceModel, implicit: () => unknown): void {
    const refuse = (instance: object, given: unknown): void => {
      if (this.#running === 0) return
      const attempt = this.#attemptOf(given ?? implicit())
      if (attempt?.isFirst === false) this.#check(instance, attempt)
    }
    const { save } = prototype
    prototype.save = async function (options = {}) {
      refuse(this, Reflect.get(options, 'transaction'))
      return await Reflect.apply(save, this, [options])
    }
  }

  /** @param options of a query, as Sequelize makes them for one instance */
  #written(options: object): void {
    const instance: unknown = Reflect.get(options, 'instance')
    if (typeof instance !== 'object' || instance === null || 'increment' in options) return
    const attempt = this.#attemptOf(Reflect.get(options, 'transaction'))
    if (attempt !== undefined) this.#check(instance, attempt)
  }

  #check(instance: object, attempt: Attempt): void {
    if ((this.#births.get(instance) ?? 0) > attempt.began) return
    if (!attempt.isFirst) throw new StaleInstanceError(instance.constructor.name, undefined)
    attempt.stale ??= instance.constructor.name
  }

  /** A nested transaction belongs to the one around it. */
  #attemptOf(transaction: unknown): Attempt | undefined {
    if (typeof transaction !== 'object' || transaction === null) return undefined
    return this.#attempts.get(transaction) ?? this.#attemptOf(Reflect.get(transaction, 'parent'))
  }
}

const all = new WeakMap<object, Attempts>()
