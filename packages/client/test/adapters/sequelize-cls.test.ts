import { AsyncLocalStorage } from 'node:async_hooks'
import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { DataTypes, Sequelize } from 'sequelize'
import { expect, it } from 'vitest'
import { openDatabase } from '../fixture/database.js'

/** A namespace as `Sequelize.useCLS()` wants it, which keeps the transaction that callers do not pass. */
class Namespace {
  readonly #storage = new AsyncLocalStorage<Map<string, unknown>>()
  readonly get = (name: string): unknown => this.#storage.getStore()?.get(name)
  readonly set = (name: string, value: unknown): void => void this.#storage.getStore()?.set(name, value)
  readonly bind = <F>(fn: F): F => fn
  readonly run = (fn: (context: unknown) => unknown): unknown => {
    const context = new Map<string, unknown>()
    return this.#storage.run(context, () => fn(context))
  }
}

const cluster = await openDatabase({ max: 4 })

it('with CLS, findOrCreate belongs to the transaction around it', async () => {
  Sequelize.useCLS(new Namespace())
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
  const { transaction } = withSequelize(cluster, db)
  const Tag = db.define('Tag', { name: { type: DataTypes.STRING, unique: true } }, { timestamps: false })
  await Tag.sync()
  const undone = transaction(async () => {
    await Tag.create({ name: 'mine' })
    const [, created] = await Tag.findOrCreate({ where: { name: 'mine' } })
    expect(created).toBe(false)
    await Tag.findOrCreate({ where: { name: 'other' } })
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  expect(await Tag.count()).toBe(0)
  await db.close()
})
