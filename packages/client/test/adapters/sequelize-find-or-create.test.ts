import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import {
  DataTypes,
  type FindOrCreateOptions,
  type InferAttributes,
  Model,
  type ModelStatic,
  Sequelize,
} from 'sequelize'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/index.js'

const cluster = new Cluster({ connectionString: await freshDatabase(), max: 4 })
const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
withSequelize(cluster, db)

const fields = {
  name: { type: DataTypes.STRING, allowNull: false },
  tenant: { type: DataTypes.STRING, unique: true },
}
interface TagModel extends Model<{ name: string; tenant: string }, { name?: string; tenant?: string }> {
  name: string
  tenant: string
}
const Tag: ModelStatic<TagModel> = db.define<TagModel>('Tag', fields, {
  timestamps: false,
  defaultScope: { where: { tenant: 'default' } },
  scopes: { a: { where: { tenant: 'a' } } },
})

beforeAll(async () => {
  await db.createSchema('other', {})
  await Tag.sync()
  await Tag.schema('other').sync()
})

beforeEach(async () => {
  await cluster.query('DELETE FROM "Tags" WHERE true')
  await cluster.query('DELETE FROM other."Tags" WHERE true')
})

afterAll(async () => {
  await db.close()
  await cluster.close()
})

describe('findOrCreate', () => {
  it("of a scope never finds another's row", async () => {
    await Tag.create({ name: 'z', tenant: 'b' })
    const [row, created] = await Tag.scope('a').findOrCreate({ where: { name: 'z' }, defaults: { tenant: 'a' } })
    expect([row.tenant, created]).toEqual(['a', true])
    const [again, createdAgain] = await Tag.scope('a').findOrCreate({ where: { name: 'z' } })
    expect([again.get('id'), createdAgain]).toEqual([row.get('id'), false])
  })

  it('has the default scope, and none where it is unscoped', async () => {
    await Tag.create({ name: 'z', tenant: 'b' })
    const [row, created] = await Tag.unscoped().findOrCreate({ where: { name: 'z' } })
    expect([row.tenant, created]).toEqual(['b', false])
    const [own, ownCreated] = await Tag.findOrCreate({ where: { name: 'z' }, defaults: { tenant: 'default' } })
    expect([own.tenant, ownCreated]).toEqual(['default', true])
  })

  it('of a schema finds and writes in it', async () => {
    const Other = Tag.unscoped().schema('other')
    const [row, created] = await Other.findOrCreate({ where: { name: 'z' }, defaults: { tenant: 'a' } })
    const [again, createdAgain] = await Other.findOrCreate({ where: { name: 'z' } })
    expect([created, createdAgain, again.get('id')]).toEqual([true, false, row.get('id')])
    expect([await Other.count(), await Tag.unscoped().count()]).toEqual([1, 0])
  })
})

function isOf<M extends Model>(model: ModelStatic<M>, value: Model): value is M {
  return value instanceof model
}

/** Ours sets one, Sequelize's does not. */
async function usesSavepoint(model: ModelStatic<Model>): Promise<boolean> {
  const texts: string[] = []
  const unobserve = cluster.observe({ statement: ({ text }) => void texts.push(text) })
  await model.findOrCreate({ where: { name: 'z' } })
  unobserve()
  return texts.includes('SAVEPOINT find_or_create')
}

describe("an application's own findOrCreate", () => {
  it('is kept', async () => {
    class Note extends Model<InferAttributes<Note>> {
      declare name: string
      static override async findOrCreate<M extends Model>(this: ModelStatic<M>): Promise<[M, boolean]> {
        return [this.build(), false]
      }
    }
    Note.init({ name: DataTypes.STRING }, { sequelize: db, timestamps: false })
    await Note.sync()
    expect((await Note.findOrCreate())[1]).toBe(false)
    expect((await Note.unscoped().findOrCreate())[1]).toBe(false)
    expect(await Note.count()).toBe(0)
  })

  it('reaches ours by super, also from a class that several models extend', async () => {
    let calls = 0
    class Base extends Model {
      static override async findOrCreate<M extends Model>(
        this: ModelStatic<M>,
        options: FindOrCreateOptions,
      ): Promise<[M, boolean]> {
        calls++
        const [found, created] = await super.findOrCreate(options)
        if (!isOf(this, found)) throw new TypeError('It is of another class.')
        return [found, created]
      }
    }
    class First extends Base {}
    class Second extends Base {
      static override async findOrCreate<M extends Model>(
        this: ModelStatic<M>,
        options: FindOrCreateOptions,
      ): Promise<[M, boolean]> {
        const [found, created] = await super.findOrCreate(options)
        if (!isOf(this, found)) throw new TypeError('It is of another class.')
        return [found, created]
      }
    }
    for (const model of [First, Second]) {
      model.init({ name: DataTypes.STRING }, { sequelize: db, timestamps: false })
      await model.sync()
      expect(await usesSavepoint(model)).toBe(true)
      expect(await model.count()).toBe(1)
      expect((await model.findAll())[0]).toBeInstanceOf(Base)
    }
    expect(calls).toBe(2)
  })

  it('is not what a library wraps around all methods', async () => {
    class Wrapping extends Model {}
    for (const name of [
      'findOrCreate',
      'findAll',
      'findOrBuild',
      'findCreateFind',
      'bulkCreate',
      'truncate',
    ] as const) {
      const wrapped: unknown = Reflect.get(Model, name)
      if (typeof wrapped !== 'function') throw new Error(name)
      Reflect.set(Wrapping, name, function (this: unknown, ...args: unknown[]): unknown {
        return Reflect.apply(wrapped, this, args)
      })
    }
    class Wrapped extends Wrapping {}
    Wrapped.init({ name: DataTypes.STRING }, { sequelize: db, timestamps: false })
    await Wrapped.sync()
    expect(await usesSavepoint(Wrapped)).toBe(true)
  })

  it('goes on to Sequelize for models of a Sequelize without a cluster', async () => {
    class Shared extends Model {
      static override async findOrCreate<M extends Model>(
        this: ModelStatic<M>,
        options: FindOrCreateOptions,
      ): Promise<[M, boolean]> {
        const [found, created] = await super.findOrCreate(options)
        if (!isOf(this, found)) throw new TypeError('It is of another class.')
        return [found, created]
      }
    }
    class Ours extends Shared {}
    class Theirs extends Shared {}
    Ours.init({ name: DataTypes.STRING }, { sequelize: db, timestamps: false })
    const stock = new Sequelize({ dialect: 'postgres', logging: false, pool: { max: 1 } })
    Theirs.init({ name: DataTypes.STRING }, { sequelize: stock, timestamps: false })
    // Sequelize's own refuses with these words, ours with others.
    await expect(Theirs.findOrCreate({ where: undefined })).rejects.toThrow('the API has changed')
    await expect(Ours.findOrCreate({ where: undefined })).rejects.toThrow('findOrCreate() takes options with a where.')
    await stock.close()
  })
})
