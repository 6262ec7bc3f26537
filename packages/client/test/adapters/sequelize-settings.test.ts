import { sequelizeOptions, withSequelize } from 'cerci/sequelize'
import { type Options, QueryTypes, Sequelize } from 'sequelize'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { changesSession } from '../../src/adapters/sequelize-settings.js'
import { Cluster, type ClusterOptions } from '../../src/index.js'

const url = await freshDatabase()

/** With one that Sequelize's types do not know. */
type Given = Options & { readonly keepDefaultTimezone?: boolean }

function open(options: Given = {}, ofCluster: ClusterOptions = {}): { cluster: Cluster; db: Sequelize } {
  const cluster = new Cluster({ connectionString: url, max: 1, ...ofCluster })
  onTestFinished(() => cluster.close())
  const db = new Sequelize({ ...sequelizeOptions(cluster), logging: false, ...options })
  withSequelize(cluster, db)
  return { cluster, db }
}

async function setting(db: Sequelize, name: string): Promise<unknown> {
  const rows = await db.query(`SHOW ${name}`, { type: QueryTypes.SELECT })
  return Reflect.get(Object(rows[0]), name)
}

describe('withSequelize', () => {
  const refused: [option: string, options: Given, place: string][] = [
    ['timezone', { timezone: '+05:00' }, "session: { timezone: 'Area/City' }"],
    ['timezone', { timezone: 'Asia/Karachi' }, "session: { timezone: 'Area/City' }"],
    ['ssl', { ssl: true }, 'sslmode with sslrootcert'],
    ['clientMinMessages', { clientMinMessages: 'notice' }, 'session: { client_min_messages'],
    ['keepDefaultTimezone: false', { keepDefaultTimezone: false }, 'session: { timezone }'],
    ['dialectOptions.application_name', { dialectOptions: { application_name: 'a' } }, 'applicationName'],
    ['dialectOptions.statement_timeout', { dialectOptions: { statement_timeout: 5 } }, 'statementTimeoutMs'],
    ['dialectOptions.lock_timeout', { dialectOptions: { lock_timeout: 5 } }, 'lockTimeoutMs'],
    [
      'dialectOptions.idle_in_transaction_session_timeout',
      { dialectOptions: { idle_in_transaction_session_timeout: 5 } },
      'idleInTransactionTimeoutMs',
    ],
    ['dialectOptions.query_timeout', { dialectOptions: { query_timeout: 5 } }, 'queryTimeoutMs'],
    ['dialectOptions.connectionTimeoutMillis', { dialectOptions: { connectionTimeoutMillis: 5 } }, 'connectTimeoutMs'],
    ['dialectOptions.ssl', { dialectOptions: { ssl: { rejectUnauthorized: false } } }, 'sslmode with sslrootcert'],
    ['dialectOptions.keepAlive', { dialectOptions: { keepAlive: 'no' } }, 'keepAliveDelayMs'],
    ['dialectOptions.options', { dialectOptions: { options: '-c a=b' } }, 'options (options)'],
    ['dialectOptions.clientMinMessages', { dialectOptions: { clientMinMessages: 'notice' } }, 'client_min_messages'],
    ['dialectOptions.client_encoding', { dialectOptions: { client_encoding: 'latin1' } }, 'UTF-8'],
    ['dialectOptions.prependSearchPath', { dialectOptions: { prependSearchPath: true } }, 'Model.schema()'],
    ['dialectOptions.binary', { dialectOptions: { binary: true } }, 'values come as text'],
    ['dialectOptions.stream', { dialectOptions: { stream: () => {} } }, 'mapAddress'],
  ]
  it.each(refused)('refuses %s, and says where it belongs', (option, options, place) => {
    expect(() => open(options)).toThrow(
      expect.objectContaining({ name: 'OptionError', option, message: expect.stringContaining(`${option} is `) }),
    )
    expect(() => open(options)).toThrow(place)
  })

  it('names all of them at once', () => {
    const options = { timezone: '+05:00', dialectOptions: { application_name: 'a', statement_timeout: 5 } }
    const option = 'timezone, dialectOptions.application_name, dialectOptions.statement_timeout'
    expect(() => open(options)).toThrow(expect.objectContaining({ option }))
  })

  it('takes what is so anyway, and sets nothing then', async () => {
    const dialectOptions = { keepAlive: true, client_encoding: 'utf8', ssl: false, statement_timeout: undefined }
    for (const timezone of ['+00:00', 'UTC', 'Etc/UTC', 'GMT']) {
      const { cluster, db } = open({ timezone, ssl: false, dialectOptions })
      const texts: string[] = []
      cluster.observe({ statement: ({ text }) => void texts.push(text) })
      await db.query('SELECT 1')
      expect(texts.filter(text => text.startsWith('SET'))).toEqual([])
    }
  })

  it("takes the time zone of the cluster's sessions", async () => {
    const timezone = 'Asia/Karachi'
    const { db } = open({ timezone }, { session: { timezone } })
    const text = "SELECT '2026-01-01T22:00:00Z'::TIMESTAMPTZ::DATE::STRING AS day"
    expect(await db.query(text, { type: QueryTypes.SELECT })).toEqual([{ day: '2026-01-02' }])
  })
})

describe('a setting of the session', () => {
  it('is refused in a hook, and reaches nobody else', async () => {
    const { cluster, db } = open({}, { applicationName: 'ours' })
    for (const text of [
      "SET application_name = 'mine'",
      'RESET application_name',
      'SELECT 1; SET application_name = 1',
    ]) {
      db.addHook('afterConnect', 'setting', async (connection: unknown) => {
        const query: unknown = Reflect.get(Object(connection), 'query')
        if (typeof query === 'function') await Reflect.apply(query, connection, [text])
      })
      await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: 'CERCI_INVALID_OPTION', option: 'SET' })
      db.removeHook('afterConnect', 'setting')
    }
    expect(await setting(db, 'application_name')).toBe('ours')
    expect(cluster.pool.idleCount).toBe(cluster.pool.totalCount)
  })

  it('is refused outside of a transaction, and is for one transaction by SET LOCAL', async () => {
    const { db } = open({}, { applicationName: 'ours' })
    await expect(db.query("SET application_name = 'mine'")).rejects.toMatchObject({
      parent: { code: 'CERCI_INVALID_OPTION', message: expect.stringContaining('SET LOCAL') },
    })
    await db.transaction(async transaction => {
      await db.query("SET LOCAL application_name = 'mine'", { transaction })
      const [row] = await db.query('SHOW application_name', { transaction, type: QueryTypes.SELECT })
      expect(row).toEqual({ application_name: 'mine' })
    })
    expect(await setting(db, 'application_name')).toBe('ours')
  })

  it.each([
    'SET x = 1',
    ' /* c */ set x to 1',
    '-- c\nSET SESSION x = 1',
    'SELECT 1 ;RESET ALL',
    'USE other',
    "SELECT ';'; SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
  ])('is seen in %j', text => {
    expect(changesSession(text)).toBe(true)
  })

  it.each([
    'UPDATE t\nSET x = 1',
    "INSERT INTO t VALUES ('; SET x = 1')",
    "SELECT '\nRESET ALL'",
    'SET LOCAL x = 1',
    'SET TRANSACTION PRIORITY HIGH',
    'SET CLUSTER SETTING x = 1',
    'RESET CLUSTER SETTING x',
    'SELECT 1',
  ])('is not seen in %j', text => {
    expect(changesSession(text)).toBe(false)
  })
})
