import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { col, DataTypes, fn, literal, type Model, type ModelStatic, QueryTypes, Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/index.js'

const cluster = new Cluster({ connectionString: await freshDatabase(), max: 4 })
const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
withSequelize(cluster, db)

const id = { type: DataTypes.INTEGER, primaryKey: true }
const plain = { timestamps: false }
const Team: ModelStatic<Model> = db.define<Model>(
  'Team',
  {
    id,
    size: { type: DataTypes.INTEGER, field: 'head_count' },
    lines: DataTypes.ARRAY(DataTypes.INTEGER),
    points: DataTypes.BIGINT,
  },
  plain,
)
const Player: ModelStatic<Model> = db.define<Model>(
  'Player',
  { id, shirt: DataTypes.INTEGER, goals: DataTypes.BIGINT },
  plain,
)
const Boot: ModelStatic<Model> = db.define<Model>('Boot', { id, size: DataTypes.INTEGER }, plain)
const Cup: ModelStatic<Model> = db.define<Model>('Cup', { id }, plain)
const Win: ModelStatic<Model> = db.define<Model>('Win', { year: DataTypes.INTEGER }, plain)
Team.hasMany(Player, { as: 'squad', foreignKey: 'teamId' })
Player.belongsTo(Team, { as: 'team', foreignKey: 'teamId' })
Player.hasMany(Boot, { as: 'boots', foreignKey: 'playerId' })
Team.belongsToMany(Cup, { through: Win, as: 'cups', foreignKey: 'teamId' })
Cup.belongsToMany(Team, { through: Win, as: 'winners', foreignKey: 'cupId' })
const large = '9007199254740993'

beforeAll(async () => {
  await db.sync()
  await Team.create({ id: 1, size: 3, lines: [4, 3, 3], points: '5' })
  await Player.create({ id: 2, shirt: 10, goals: '7', teamId: 1 })
  await Boot.create({ id: 3, size: 42, playerId: 2 })
  await Cup.create({ id: 4 })
  await Win.create({ year: 2020, teamId: 1, cupId: 4 })
})

afterAll(async () => {
  await db.close()
  await cluster.close()
})

describe('attributes of INTEGER', () => {
  it('are numbers in raw rows of what is included, however deep, and BIGINT stays text', async () => {
    const include = [{ association: 'squad', include: ['boots'] }]
    expect(await Team.findAll({ include, raw: true })).toEqual([
      {
        id: 1,
        size: 3,
        lines: [4, 3, 3],
        points: '5',
        'squad.id': 2,
        'squad.shirt': 10,
        'squad.goals': '7',
        'squad.teamId': 1,
        'squad.boots.id': 3,
        'squad.boots.size': 42,
        'squad.boots.playerId': 2,
      },
    ])
    expect(await Player.findAll({ include: 'team', raw: true, nest: true })).toMatchObject([
      { shirt: 10, goals: '7', team: { id: 1, size: 3, lines: [4, 3, 3], points: '5' } },
    ])
    expect(await Team.findAll({ include: 'cups', raw: true, nest: true })).toMatchObject([
      { cups: { id: 4, Win: { year: 2020, teamId: 1 } } },
    ])
  })

  it('are numbers in instances of what is included', async () => {
    const include = [{ association: 'squad', include: ['boots'] }, 'cups']
    const found = await Team.findOne({ include, rejectOnEmpty: true })
    const boots = [{ id: 3, size: 42, playerId: 2 }]
    const squad = [{ id: 2, shirt: 10, goals: '7', teamId: 1, boots }]
    expect(found.get({ plain: true })).toMatchObject({ id: 1, size: 3, squad, cups: [{ id: 4, Win: { year: 2020 } }] })
    expect(found.changed()).toBe(false)
    const separate = await Team.findAll({ include: { association: 'squad', separate: true } })
    expect(separate[0]?.get({ plain: true })).toMatchObject({ squad: [{ shirt: 10, goals: '7' }] })
  })

  it('are numbers under another name', async () => {
    const attributes: [string, string][] = [
      ['head_count', 'people'],
      ['points', 'score'],
      ['lines', 'formation'],
    ]
    const expected = { people: 3, score: '5', formation: [4, 3, 3] }
    expect(await Team.findOne({ attributes, raw: true })).toEqual(expected)
    expect((await Team.findOne({ attributes, rejectOnEmpty: true })).get()).toEqual(expected)
    const include = { association: 'squad', attributes: ['id', ['shirt', 'number']] as [string, [string, string]] }
    expect(await Team.findAll({ attributes: [], include, raw: true })).toEqual([{ 'squad.id': 2, 'squad.number': 10 }])
  })

  it('are numbers in arrays, also of what writes return, while they are exact', async () => {
    const made = await Team.create({ id: 5, lines: [1, 2] })
    expect(made.get('lines')).toEqual([1, 2])
    const [, rows] = await Team.update({ lines: literal(`ARRAY[1, ${large}]`) }, { where: { id: 5 }, returning: true })
    expect(rows.map(row => row.get('lines'))).toEqual([[1, large]])
    expect((await Team.findByPk(5))?.get('lines')).toEqual([1, large])
    await made.destroy()
  })

  it('are what they are in expressions and statements without a model, which stay text', async () => {
    const attributes = { include: [[literal('head_count * 2'), 'double'] as [ReturnType<typeof literal>, string]] }
    expect(await Team.findOne({ attributes, raw: true })).toMatchObject({ size: 3, double: '6' })
    const counted = await Player.findAll({ attributes: [[fn('COUNT', col('id')), 'count']], raw: true })
    expect(counted).toEqual([{ count: '1' }])
    const type = QueryTypes.SELECT
    expect(await db.query('SELECT shirt FROM "Players"', { type })).toEqual([{ shirt: '10' }])
    expect(await db.query('SELECT shirt FROM "Players"', { type, model: Player, raw: true })).toEqual([{ shirt: 10 }])
  })
})
