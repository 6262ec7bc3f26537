import { Client } from 'pg'
import { afterAll, afterEach, beforeEach } from 'vitest'
import { DevCluster } from '../../../src/dev-cluster.js'

/** A cluster of a test file's own, and for each test a new database with a table `t (id, v)` whose past can be read. */
class PastUnderTest {
  readonly cluster: DevCluster
  readonly #clients: Client[] = []
  #client: Client | undefined
  #database: Awaited<ReturnType<DevCluster['createDatabase']>> | undefined

  constructor(cluster: DevCluster) {
    this.cluster = cluster
  }

  get database(): { readonly name: string; readonly url: string } {
    if (this.#database === undefined) throw new Error('the database is made before each test')
    return this.#database
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('the client connects before each test')
    return this.#client
  }

  async begin(): Promise<void> {
    this.#database = await this.cluster.createDatabase()
    this.#client = await this.connect()
    await this.#client.query('CREATE TABLE t (id INT8 PRIMARY KEY, v INT8 NOT NULL, INDEX (v))')
    await this.#client.query('INSERT INTO t VALUES (1, 10), (2, 20)')
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map(each => each.end()))
    this.#database?.drop()
  }

  async connect(): Promise<Client> {
    const connected = new Client({ connectionString: this.database.url })
    this.#clients.push(connected)
    await connected.connect()
    return connected
  }

  /** The cluster's time in nanoseconds, as CockroachDB's INT8 form of a time. */
  async nanos(): Promise<bigint> {
    const { rows } = await this.client.query<{ us: string }>(
      `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::INT8::STRING AS us`,
    )
    return BigInt(rows[0]?.us ?? '') * 1000n
  }

  /** The rows of a query for `id` and `v`, in one line. */
  async values(sql: string): Promise<string> {
    const { rows } = await this.client.query<{ id: string; v: string }>(sql)
    return rows.map(({ id, v }) => `${id}=${v}`).join(' ')
  }
}

export async function pastUnderTest(): Promise<PastUnderTest> {
  const past = new PastUnderTest(await DevCluster.start({ nodes: 1 }))
  beforeEach(() => past.begin())
  afterEach(() => past.end())
  afterAll(() => past.cluster.stop())
  return past
}
