import type { Client, QueryArrayResult } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import type { ClusterState } from '../../src/topology/cluster-state.js'
import type { TranslateContext } from '../../src/translate/translate-context.js'
import type { Translation } from '../../src/translate/translation.js'
import { Translator } from '../../src/translate/translator.js'
import { findVariable } from '../../src/variables/variables.js'
import { engineUnderTest } from '../overlay/sql-user.js'

export const cluster: ClusterState = {
  clusterId: '9a8c3f5e-0b1d-4c6a-8e2f-1234567890ab',
  nodes: ['us-east-1', 'us-west-1', 'eu-west-1'].map((region, at) => ({
    id: at + 1,
    host: '127.0.0.1',
    port: 26257 + at,
    httpPort: 8080,
    region,
    zone: `${region}a`,
    state: 'live',
    membership: 'active',
    partitioned: false,
    startedAt: new Date('2026-05-01T00:00:00Z'),
    changedAt: new Date('2026-05-01T00:00:00Z'),
  })),
  isolatedRegions: new Map(),
  latency: undefined,
  watched: false,
  settings: new Map(),
  urlQuery: 'sslmode=disable',
  zones: new Map(),
  version: 1,
}

/** Runs CockroachDB statements as a session does, without a gateway: translated, on a PostgreSQL with the overlay. */
export class TranslateSession {
  readonly variables = new Map<string, string>()
  readonly #catalogs: Catalogs
  readonly #client: Client
  readonly #database: string
  readonly #translator = new Translator()

  constructor(catalogs: Catalogs, client: Client, database: string) {
    this.#catalogs = catalogs
    this.#client = client
    this.#database = database
  }

  async context(): Promise<TranslateContext> {
    return {
      catalog: await this.#catalogs.current(this.#database),
      catalogOf: database => this.#catalogs.peek(database),
      cluster,
      activity: () => ({ sessions: [], jobs: [] }),
      session: {
        database: this.#database,
        user: 'root',
        searchPath: ['root', 'public'],
        nodeId: 2,
        savepoints: () => [],
        variable: name => this.variables.get(name) ?? findVariable(name)?.default ?? '',
      },
    }
  }

  async translate(text: string): Promise<readonly Translation[]> {
    return this.#translator.translate(text, await this.context())
  }

  /** PostgreSQL's statement for one statement. */
  async sql(text: string): Promise<string> {
    return (await this.translate(text)).map(translation => translation.sql).join('; ')
  }

  /** Runs a script; returns the last statement's result. Values are as PostgreSQL prints them. */
  async run(text: string, values?: readonly unknown[]): Promise<QueryArrayResult<(string | null)[]>> {
    let result: QueryArrayResult<(string | null)[]> | undefined
    for (const translation of await this.translate(text)) {
      result = await this.#client.query<(string | null)[], unknown[]>({
        text: translation.sql,
        rowMode: 'array',
        types: { getTypeParser: () => String },
        ...(values && { values: [...values] }),
      })
      if (translation.kind === 'ddl') this.#catalogs.invalidate(this.#database)
      const { effect } = translation
      if (effect && 'set' in effect) this.variables.set(effect.set, effect.value)
    }
    if (!result) throw new Error(`no statement in: ${text}`)
    return result
  }

  /** The rows of the last statement, one text each, columns joined by a bar, as psql -At prints them. */
  async rows(text: string, values?: readonly unknown[]): Promise<string[]> {
    const { rows } = await this.run(text, values)
    return rows.map(row => row.map(value => value ?? 'NULL').join('|'))
  }

  /** Names and type OIDs of the last statement's columns: `id:20`. */
  async columns(text: string): Promise<string[]> {
    const { fields } = await this.run(text)
    return fields.map(field => `${field.name}:${field.dataTypeID}`)
  }
}

/** A session on a database of the test file's own. */
export function translateSession(): () => TranslateSession {
  const under = engineUnderTest()
  let session: TranslateSession | undefined
  beforeAll(async () => {
    const engine = under.engine()
    const client = await under.connect()
    await client.query('CREATE DATABASE dialect')
    const own = await under.connect({ database: 'dialect' })
    session = new TranslateSession(new Catalogs(engine), own, 'dialect')
  })
  afterAll(() => {
    session = undefined
  })
  return () => {
    if (!session) throw new Error('the session starts before the first test')
    return session
  }
}
