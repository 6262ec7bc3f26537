import { type ClusterSequelize, sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { types } from 'pg'
import {
  ConnectionRefusedError,
  DataTypes,
  HostNotFoundError,
  type Model,
  type ModelStatic,
  type QueryOptions,
  Sequelize,
  ConnectionError as SequelizeConnectionError,
  type Transaction,
} from 'sequelize'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { firstNode, freshDatabase, withDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster, classify } from '../../src/index.js'

const url = await freshDatabase()
const cluster = new Cluster({ connectionString: url, max: 10 })
const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
const bound: ClusterSequelize<Sequelize, Transaction> = withSequelize(cluster, db)

/** Which Sequelize's types do not know. */
const rawErrors: QueryOptions & { readonly rawErrors: boolean } = { rawErrors: true }

interface AccountFields {
  id: string
  balance: string
}
interface AccountModel extends Model<AccountFields>, AccountFields {}
const accountFields = {
  id: { type: DataTypes.BIGINT, primaryKey: true },
  balance: { type: DataTypes.DECIMAL(19, 2), allowNull: false },
}
const Account: ModelStatic<AccountModel> = db.define<AccountModel>('Account', accountFields, {
  tableName: 'accounts',
  timestamps: false,
})

beforeAll(async () => {
  await Account.sync()
})

afterAll(async () => {
  await db.close()
  await cluster.close()
})

/** Adds one to a balance that somebody else adds a thousand to after it was read for the first time. */
async function interest(
  model: ModelStatic<AccountModel>,
  id: string,
  run: (body: (transaction: Transaction) => Promise<void>) => Promise<void>,
): Promise<{ reads: number; balance: string | undefined }> {
  let reads = 0
  await run(async transaction => {
    const account = await model.findByPk(id, { transaction, rejectOnEmpty: true })
    if (reads++ === 0) await cluster.query('UPDATE accounts SET balance = balance + 1000 WHERE id = $1', [id])
    await account.update({ balance: `${Number(account.balance) + 1}` }, { transaction })
  })
  const { rows } = await cluster.query<AccountFields>('SELECT balance FROM accounts WHERE id = $1', [id])
  return { reads, balance: rows[0]?.balance }
}

describe('a conflict', () => {
  it("ends in a dead transaction with Sequelize's own retry, which hides the cause", async () => {
    const stock = new Sequelize(firstNode(url), {
      dialect: 'postgres',
      logging: false,
      retry: { max: 3, match: [/restart transaction/] },
    })
    const StockAccount = stock.define<AccountModel>('Account', accountFields, {
      tableName: 'accounts',
      timestamps: false,
    })
    await Account.create({ id: '1', balance: '100' })
    const failed = interest(StockAccount, '1', body => stock.transaction(body))
    await expect(failed).rejects.toMatchObject({ parent: { code: '25P02' } })
    await stock.close()
  })

  it('calls afterCommit only for what was committed, and warns of nothing', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const committed: number[] = []
    let attempts = 0
    await cluster.query('INSERT INTO accounts VALUES (10, 0), (11, 0)')
    // Write skew with a transaction that commits first: this one's COMMIT fails, and is run again.
    await bound.transaction(async transaction => {
      const attempt = ++attempts
      transaction.afterCommit(() => void committed.push(attempt))
      await Account.findAll({ where: { id: ['10', '11'] }, transaction })
      await Account.update({ balance: `${attempt}` }, { where: { id: '10' }, transaction })
      if (attempt > 1) return
      await cluster.transaction(async tx => {
        await tx.query('SELECT balance FROM accounts WHERE id IN (10, 11)')
        await tx.query('UPDATE accounts SET balance = 7 WHERE id = 11')
      })
    })
    expect({ attempts, committed, warnings: warn.mock.calls.length }).toEqual({
      attempts: 2,
      committed: [2],
      warnings: 0,
    })
    warn.mockRestore()
  })

  it('runs the whole transaction again here', async () => {
    await Account.create({ id: '2', balance: '100' })
    expect(await interest(Account, '2', body => bound.transaction(body))).toEqual({ reads: 2, balance: '1101.00' })
  })
})

describe('the pool', () => {
  it("is the cluster's, gets every connection back, and outlives Sequelize", async () => {
    const another = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    withSequelize(cluster, another)
    const texts: string[] = []
    const unobserve = cluster.observe({ statement: ({ text }) => void texts.push(text) })
    await Promise.allSettled(Array.from({ length: 20 }, () => another.query('SELECT 1/0 FROM accounts')))
    await another.query('SELECT 1 AS one')
    unobserve()
    expect(texts.some(text => text.startsWith('SET'))).toBe(false)
    await another.close()
    await expect.poll(() => cluster.pool.totalCount - cluster.pool.idleCount).toBe(0) // some may still be opened
    expect((await cluster.query('SELECT 1 AS one')).rowCount).toBe(1)
  })

  it('gets connections back after transactions, whatever becomes of them', async () => {
    await expect(bound.transaction(transaction => db.query('SELECT nothing', { transaction }))).rejects.toMatchObject({
      parent: { code: '42703' },
    })
    const unfinished = await db.transaction()
    await db.query('SELECT 1', { transaction: unfinished })
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount - 1)
    await unfinished.rollback()
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount)
  })

  it('says when withSequelize() was forgotten', async () => {
    const forgotten = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    await expect(forgotten.query('SELECT 1')).rejects.toMatchObject({ parent: { code: 'CERCI_INVALID_OPTION' } })
  })
})

describe('a cluster that cannot be reached', () => {
  it.each([
    ['refuses connections', { connectionString: 'postgresql://root@127.0.0.1:1/app' }, ConnectionRefusedError],
    ['has no such host', { connectionString: 'postgresql://root@no-such-host.invalid/app' }, HostNotFoundError],
    ['has no such database', { connectionString: withDatabase(url, 'no_such_database') }, SequelizeConnectionError],
  ])('is told as Sequelize tells it, when it %s', async (_, options, Expected) => {
    const nowhere = new Cluster(options)
    onTestFinished(() => nowhere.close())
    const unreachable = new Sequelize({ ...sequelizeOptions(nowhere), logging: false })
    const { transaction } = withSequelize(nowhere, unreachable)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    for (const work of [
      () => unreachable.authenticate(),
      () => unreachable.query('SELECT 1'),
      () => transaction(tx => unreachable.query('SELECT 1', { transaction: tx })),
    ]) {
      const error = await work().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(Expected)
      expect(error).toMatchObject({ parent: { code: 'CERCI_CONNECTION' } })
      expect(classify(error)).toEqual({ kind: 'final', code: 'CERCI_CONNECTION' })
    }
    // Once Sequelize knows the types, it is the statement that finds nobody.
    Object.assign(unreachable.connectionManager, { nameOidMap: { known: {} } })
    expect(warn).not.toHaveBeenCalled()
    for (const asked of [{}, rawErrors]) {
      const error: unknown = await unreachable.query('SELECT 1', asked).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(Expected)
    }
  })

  it('leaves other errors as they are with rawErrors', async () => {
    await expect(db.query('SELECT nothing', rawErrors)).rejects.toMatchObject({
      name: 'error',
      code: '42703',
    })
  })
})

describe('values', () => {
  it('are exact in BIGINT and DECIMAL', async () => {
    const exact = { id: '9007199254740993', balance: '90071992547409.93' }
    expect((await Account.create(exact)).get()).toEqual(exact)
    expect((await Account.findByPk(9_007_199_254_740_993n))?.get()).toEqual(exact)
    expect(await Account.count({ where: { id: '9007199254740993' } })).toBe(1)
    expect(await Account.findAll({ raw: true, where: { id: exact.id } })).toEqual([exact])
  })

  it('of INTEGER attributes are numbers while they are exact, whatever gives them', async () => {
    const Team = db.define('Team', { size: DataTypes.INTEGER }, { timestamps: false })
    const Player = db.define('Player', { shirt: DataTypes.INTEGER }, { timestamps: false })
    Team.hasMany(Player, { foreignKey: 'teamId' })
    await db.sync()
    const team = await Team.create({ size: 3 })
    const id: unknown = team.get('id')
    expect(id).toMatch(/^\d{18,19}$/) // unique_rowid(), beyond what a number holds
    await Player.create({ shirt: 10, teamId: id })
    expect(team.get('size')).toBe(3)
    const found = await Team.findOne({ include: Player, where: { size: 3 }, rejectOnEmpty: true })
    expect(found.get({ plain: true })).toMatchObject({ id, size: 3, Players: [{ shirt: 10, teamId: id }] })
    expect(found.changed()).toBe(false)
    expect(await Team.findAll({ raw: true, attributes: ['size'] })).toEqual([{ size: 3 }])
    await found.increment('size', { by: 2 })
    expect((await found.reload()).get('size')).toBe(5)
    const [, updated] = await Team.update({ size: 6 }, { where: {}, returning: true })
    expect(updated.map(row => row.get('size'))).toEqual([6])
    const [circle, part] = [Team.build({ size: 1 }), Player.build({ shirt: 2 })]
    Object.assign(circle.dataValues, { Players: [part] })
    Object.assign(part.dataValues, { Team: circle })
    expect((await circle.save()).get('size')).toBe(1)
  })

  it("leave the process' parsers alone", () => {
    expect(types.getTypeParser(20)('1')).toBe('1')
  })

  it('of JSONB, arrays and dates come back as they were', async () => {
    const Note = db.define(
      'Note',
      {
        id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
        body: DataTypes.JSONB,
        tags: DataTypes.ARRAY(DataTypes.STRING),
        at: DataTypes.DATE,
      },
      { timestamps: false },
    )
    await Note.sync()
    const note = { body: { a: [1, { b: null }] }, tags: ['x,y', '"z"'], at: new Date('2026-01-02T03:04:05.678Z') }
    const { id } = (await Note.create(note)).get()
    expect((await Note.findByPk(id))?.get()).toEqual({ id, ...note })
    expect(await Note.count({ where: { body: { a: { '1': { b: null } } } } })).toBe(1)
    await Note.create({ ...note, id: undefined, body: { color: { hue: 5 } } })
    expect(await Note.count({ where: { 'body.color.hue': 5 } })).toBe(1)
  })
})

describe('findOrCreate', () => {
  const Tag = db.define('Tag', { name: { type: DataTypes.STRING, unique: true }, color: DataTypes.STRING })
  beforeAll(async () => {
    await Tag.sync()
  })

  it('makes one row, however many ask at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => Tag.findOrCreate({ where: { name: 'once' }, defaults: { color: 'red' } })),
    )
    expect(outcomes.filter(([, created]) => created)).toHaveLength(1)
    expect(new Set(outcomes.map(([tag]) => tag.get('id'))).size).toBe(1)
    expect(await Tag.count({ where: { name: 'once' } })).toBe(1)
  })

  it('leaves the transaction that it is called in alive', async () => {
    await bound.transaction(async transaction => {
      const [, created] = await Tag.findOrCreate({ where: { name: 'inside' }, transaction })
      expect(created).toBe(true)
      // The name is taken, but by no row of that color.
      const taken = Tag.findOrCreate({ where: { name: 'inside', color: 'blue' }, transaction })
      await expect(taken).rejects.toMatchObject({ name: 'SequelizeUniqueConstraintError' })
      await Tag.create({ name: 'after' }, { transaction })
    })
    expect(await Tag.count({ where: { name: ['inside', 'after'] } })).toBe(2)
  })

  it('upsert() writes once as well', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, at) => Tag.upsert({ name: 'upserted', color: `${at}` })))
    expect(await Tag.count({ where: { name: 'upserted' } })).toBe(1)
  })
})

it('reads the past', async () => {
  await Account.create({ id: '3', balance: '5' })
  const { rows } = await cluster.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  const before = new Date(rows[0]!.at.getTime() + 1)
  await Account.increment({ balance: 2 }, { where: { id: '3' } })
  const past = await bound.staleRead({ exact: before }, transaction => Account.findByPk('3', { transaction }))
  expect(past?.balance).toBe('5.00')
})

it('shows a statement in pages', async () => {
  await cluster.query('INSERT INTO accounts SELECT i, 0 FROM generate_series(100, 104) AS g (i)')
  const statement = { text: 'SELECT id FROM accounts WHERE id BETWEEN $1 AND $2', values: [100, 104] }
  const orderBy = [{ column: 'id', direction: 'desc' }] as const
  const first = await bound.page<{ id: string }>(statement, { orderBy, limit: 3 })
  const second = await bound.page<{ id: string }>(statement, { orderBy, limit: 3, after: first.next })
  expect([...first.rows, ...second.rows].map(row => row.id)).toEqual(['104', '103', '102', '101', '100'])
})
