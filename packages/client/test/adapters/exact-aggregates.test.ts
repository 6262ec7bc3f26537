import { max, sum } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, numeric, pgTable } from 'drizzle-orm/pg-core'
import knex from 'knex'
import { Kysely } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { DataTypes, Sequelize } from 'sequelize'
import { DataSource, EntitySchema } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { knexOptions } from '../../src/adapters/knex.js'
import { CockroachDialect } from '../../src/adapters/kysely.js'
import { sequelizeOptions, withSequelize } from '../../src/adapters/sequelize.js'
import { typeOrmOptions } from '../../src/adapters/typeorm.js'
import { openDatabase } from '../fixture/database.js'

const cluster = await openDatabase()
await cluster.query('CREATE TABLE sums (id INT8 PRIMARY KEY, big INT8, dec DECIMAL(30,2))')
await cluster.query('INSERT INTO sums VALUES (1, 9007199254740992, 12345678901234567890.12), (2, 1, 0.01)')

/** Beyond what a number holds. */
const exact = { big: '9007199254740993', dec: '12345678901234567890.13' }
const largest = { big: '9007199254740992', dec: '12345678901234567890.12' }

interface Sums {
  id: string
  big: string
  dec: string
}

describe('sums and extremes', () => {
  it('are exact in Knex', async () => {
    const db = knex({ ...knexOptions(cluster) })
    expect(await db('sums').sum({ big: 'big', dec: 'dec' }).first()).toEqual(exact)
    expect(await db('sums').max({ big: 'big', dec: 'dec' }).first()).toEqual(largest)
    expect(await db('sums').where({ id: 1 }).update({ id: 1 }).returning(['big', 'dec'])).toEqual([largest])
  })

  it('are exact in Kysely, which has numbers, rounded, in what comes as JSON', async () => {
    const db = new Kysely<{ sums: Sums }>({ dialect: new CockroachDialect(cluster) })
    const summed = await db
      .selectFrom('sums')
      .select(({ fn }) => [fn.sum('big').as('big'), fn.sum('dec').as('dec')])
      .executeTakeFirst()
    expect(summed).toEqual(exact)
    const nested = await db
      .selectNoFrom(build => jsonArrayFrom(build.selectFrom('sums').select('dec').where('id', '=', '1')).as('rows'))
      .executeTakeFirstOrThrow()
    expect(nested).toEqual({ rows: [{ dec: 12_345_678_901_234_567_000 }] })
  })

  it('are exact in Drizzle', async () => {
    const sums = pgTable('sums', { id: bigint({ mode: 'bigint' }), big: bigint({ mode: 'bigint' }), dec: numeric() })
    const db = drizzle({ client: cluster.pool })
    expect(await db.select({ big: sum(sums.big), dec: sum(sums.dec) }).from(sums)).toEqual([exact])
    expect(await db.select({ big: max(sums.big) }).from(sums)).toEqual([{ big: 9_007_199_254_740_992n }])
  })

  it('are rounded by Sequelize, unless they are asked for as text', async () => {
    const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false })
    withSequelize(cluster, db)
    const attributes = { big: DataTypes.BIGINT, dec: DataTypes.DECIMAL(30, 2) }
    const Row = db.define('Row', attributes, { tableName: 'sums', timestamps: false })
    expect(await Row.sum('big')).toBe(9_007_199_254_740_992)
    expect(await Row.sum('dec')).toBe(12_345_678_901_234_567_000)
    const asText = { dataType: 'string' }
    expect({ big: await Row.sum('big', asText), dec: await Row.sum('dec', asText) }).toEqual(exact)
    expect({ big: await Row.max('big', asText), dec: await Row.max('dec', asText) }).toEqual(largest)
  })

  it('are rounded by repositories of TypeORM, but not by its query builder', async () => {
    const Row = new EntitySchema<Sums>({
      name: 'Row',
      tableName: 'sums',
      columns: { id: { type: 'int8', primary: true }, big: { type: 'int8' }, dec: { type: 'decimal' } },
    })
    const source = await new DataSource({ ...typeOrmOptions(cluster), entities: [Row] }).initialize()
    const rows = source.getRepository<{ id: string; big: number; dec: number }>('Row')
    expect(await rows.sum('big')).toBe(9_007_199_254_740_992)
    expect(await rows.maximum('dec')).toBe(12_345_678_901_234_567_000)
    const builder = source.getRepository(Row).createQueryBuilder('row')
    const summed = await builder.select('SUM(row.big)', 'big').addSelect('SUM(row.dec)', 'dec').getRawOne()
    expect(summed).toEqual(exact)
    await source.destroy()
  })
})
