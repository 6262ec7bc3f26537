import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { DataTypes, Sequelize } from 'sequelize'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../fixture/database.js'

const cluster = await openDatabase()
const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
withSequelize(cluster, db)
afterAll(() => db.close())

describe('schemas', () => {
  it('have enums, which grow by sync({ alter: true })', async () => {
    const define = (values: string[]) =>
      db.define('Mood', { mood: { type: DataTypes.ENUM(...values), defaultValue: 'fine' } }, { timestamps: false })
    await define(['fine', 'sad']).sync()
    await define(['fine', 'sad']).sync()
    const Mood = define(['fine', 'so-so', 'sad', 'glad'])
    await Mood.sync({ alter: true })
    expect((await Mood.create({ mood: 'so-so' })).get('mood')).toBe('so-so')
    expect((await Mood.create()).get('mood')).toBe('fine')
    const described = await db.getQueryInterface().describeTable('Moods')
    expect(described.mood).toMatchObject({ special: ['fine', 'so-so', 'sad', 'glad'] })
  })

  it('are described, with keys, lengths, defaults and comments, and without hidden columns', async () => {
    const Thing = db.define(
      'Thing',
      {
        code: { type: DataTypes.STRING(20), primaryKey: true, comment: 'on the box' },
        count: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 7 },
      },
      { timestamps: false },
    )
    await Thing.sync()
    expect(await db.getQueryInterface().describeTable('Things')).toMatchObject({
      code: { type: 'CHARACTER VARYING(20)', primaryKey: true, allowNull: false, comment: 'on the box' },
      count: { type: 'BIGINT', primaryKey: false, allowNull: false, defaultValue: '7' },
    })
    await cluster.query('CREATE TABLE keyless (a INT8)')
    expect(Object.keys(await db.getQueryInterface().describeTable('keyless'))).toEqual(['a'])
  })

  it('follow their models by sync({ alter: true }), again and again', async () => {
    const Owner = db.define('Owner', { name: { type: DataTypes.STRING, unique: true } }, { timestamps: false })
    const Pet = db.define('Pet', { name: DataTypes.STRING(10), age: DataTypes.INTEGER }, { timestamps: false })
    Pet.belongsTo(Owner, { foreignKey: 'ownerId' })
    await Owner.sync()
    await Pet.sync()
    const Grown = db.define(
      'Pet',
      {
        name: { type: DataTypes.STRING(40), allowNull: false, defaultValue: 'Rex' },
        age: DataTypes.INTEGER,
        chip: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4 },
        seen: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
        mood: { type: DataTypes.STRING, defaultValue: () => 'calm' },
      },
      { timestamps: false },
    )
    Grown.belongsTo(Owner, { foreignKey: 'ownerId' })
    for (let round = 0; round < 3; round++) {
      await Owner.sync({ alter: true })
      await Grown.sync({ alter: true })
    }
    expect(await db.getQueryInterface().describeTable('Pets')).toMatchObject({
      name: { type: 'CHARACTER VARYING(40)', allowNull: false, defaultValue: 'Rex' },
      chip: { type: 'UUID', defaultValue: null },
      seen: { defaultValue: null },
      mood: { defaultValue: null },
    })
    const { rows } = await cluster.query(
      `SELECT constraint_type, count(*)::INT4 AS n FROM information_schema.table_constraints
       WHERE table_name IN ('Owners', 'Pets') AND constraint_type IN ('FOREIGN KEY', 'UNIQUE') GROUP BY 1 ORDER BY 1`,
    )
    expect(rows).toEqual([
      { constraint_type: 'FOREIGN KEY', n: 1 },
      { constraint_type: 'UNIQUE', n: 1 },
    ])
  })

  it('lose a unique constraint', async () => {
    await cluster.query('CREATE TABLE unlocked (a INT8 PRIMARY KEY, b INT8, CONSTRAINT once UNIQUE (b))')
    await db.getQueryInterface().removeConstraint('unlocked', 'once')
    expect(await cluster.query('INSERT INTO unlocked VALUES (1, 1), (2, 1)')).toMatchObject({ rowCount: 2 })
  })
})
