import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { databaseOf } from '../../src/session/connection-url.js'
import { blog, PrismaProject } from '../fixture/project.js'

// Each command is a process of its own that loads all of prisma; on a busy machine that takes seconds.
const slow = 240_000

describe('cerci prisma, on a cluster URL of several hosts', () => {
  let project: PrismaProject
  let client: Client
  beforeAll(async () => {
    const url = await freshDatabase()
    project = await PrismaProject.create(url, blog)
    client = new Client({ connectionString: firstNode(url) })
    await client.connect()
  }, slow)
  afterAll(async () => {
    await client.end()
    await project[Symbol.asyncDispose]()
  })

  it(
    'migrate dev plans CockroachDB types and applies them; after a change of the schema there is no drift',
    async () => {
      expect(await project.prisma('migrate', 'dev', '--name', 'init')).toMatchObject({ code: 0 })
      const [init] = await project.migrations
      const sql = await readFile(join(project.folder, 'prisma/migrations', init!, 'migration.sql'), 'utf8')
      expect(sql).toMatch(/"email" STRING NOT NULL/)
      expect(sql).toMatch(/"tags" STRING\[\]/)
      const lockfile = await readFile(join(project.folder, 'prisma/migrations/migration_lock.toml'), 'utf8')
      expect(lockfile).toContain('provider = "cockroachdb"')

      await project.schema(
        blog.replace('views    Int    @default(0)', 'views    BigInt @default(0)\n  pinned Boolean?'),
      )
      expect(await project.prisma('migrate', 'dev', '--name', 'second')).toMatchObject({ code: 0 })
      expect(await project.prisma('migrate', 'dev')).toMatchObject({
        code: 0,
        output: expect.stringContaining('Already in sync'),
      })
      expect(await project.migrations).toHaveLength(2)
      const { rows } = await client.query(
        `SELECT data_type FROM information_schema.columns WHERE column_name = 'views'`,
      )
      expect(rows).toEqual([{ data_type: 'bigint' }])
    },
    slow,
  )

  it(
    'migrate status and diff agree that nothing is to do, from the database and from the migrations',
    async () => {
      expect(await project.prisma('migrate', 'status')).toMatchObject({
        code: 0,
        output: expect.stringContaining('up to date'),
      })
      for (const from of [['--from-config-datasource'], ['--from-migrations', 'prisma/migrations']]) {
        const same = await project.prisma(
          'migrate',
          'diff',
          ...from,
          '--to-schema',
          'prisma/schema.prisma',
          '--exit-code',
        )
        expect(same).toMatchObject({ code: 0, output: expect.stringContaining('No difference detected') })
      }
      const diff = await project.prisma(
        'migrate',
        'diff',
        '--from-empty',
        '--to-migrations',
        'prisma/migrations',
        '--script',
      )
      expect(diff.output).toMatch(/CREATE TABLE (?:"public"\.)?"Post"/)
    },
    slow,
  )

  it(
    'db pull reads what is there, and refuses to merge it into models',
    async () => {
      const pulled = await project.prisma('db', 'pull', '--print', '--force')
      expect(pulled.code).toBe(0)
      expect(pulled.output).toMatch(/provider = "cockroachdb"/)
      expect(pulled.output).toMatch(/tags +String\[\]/)
      expect(pulled.output).toMatch(/enum Role/)
      const refused = await project.prisma('db', 'pull')
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('CERCI_PRISMA_UNSUPPORTED') })
    },
    slow,
  )

  it(
    'migrate reset and db push change the database',
    async () => {
      await client.query(`INSERT INTO "User" (email) VALUES ('ada@example.com')`)
      expect(await project.prisma('migrate', 'reset', '--force')).toMatchObject({ code: 0 })
      expect((await client.query('SELECT email FROM "User"')).rows).toEqual([])
      await project.schema(blog.replace('title    String', 'title    String\n  slug String? @unique'))
      expect(await project.prisma('db', 'push', '--accept-data-loss')).toMatchObject({ code: 0 })
      const { rows } = await client.query(`SELECT 1 FROM information_schema.columns WHERE column_name = 'slug'`)
      expect(rows).toHaveLength(1)
    },
    slow,
  )

  it('leaves no shadow database behind, and never touches another one', async () => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database')
    expect(rows.filter(({ datname }) => datname.includes('shadow'))).toEqual([])
  })
})

describe('two at once, and half-way', () => {
  it(
    'two migrate deploy at once both succeed, and each migration is applied once',
    async () => {
      await using prepared = await prepare()
      const { project, client } = prepared
      const outcomes = await Promise.all([project.prisma('migrate', 'deploy'), project.prisma('migrate', 'deploy')])
      expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
      for (const name of ['t1', 't2', 't3'])
        expect((await client.query(`SELECT id FROM ${name} ORDER BY id`)).rows).toEqual([{ id: '1' }, { id: '2' }])
      expect((await client.query('SELECT 1 FROM _prisma_migrations')).rowCount).toBe(3)
    },
    slow,
  )

  it(
    'an engine that is killed leaves no lock, its leftovers go with the next run, and prisma does not report success',
    async () => {
      await using prepared = await prepare()
      const { url, project, client } = prepared
      // The engine waits for this row when it applies the third migration.
      await client.query('CREATE SCHEMA gates')
      await client.query('CREATE TABLE gates.gate (id INT8 PRIMARY KEY)')
      await client.query('INSERT INTO gates.gate VALUES (1)')
      await project.write('prisma/migrations/20260103000000_m/migration.sql', 'UPDATE gates.gate SET id = 2;')
      const gate = new Client({ connectionString: firstNode(url) })
      await gate.connect()
      await gate.query('BEGIN')
      await gate.query('SELECT 1 FROM gates.gate FOR UPDATE')
      const first = project.start('migrate', 'deploy')
      const reached = `SELECT 1 FROM _prisma_migrations WHERE migration_name LIKE '20260103%'`
      await expect
        .poll(
          () =>
            client.query(reached).then(
              ({ rowCount }) => rowCount,
              () => 0,
            ),
          { timeout: 60_000, interval: 200 },
        )
        .toBe(1)
      process.kill(await enginePid(first.pid), 'SIGKILL')
      expect((await first.outcome).code).not.toBe(0)
      await gate.end()
      const status = await project.prisma('migrate', 'status')
      expect(status.output).toContain('20260103000000_m')
      expect(await project.prisma('migrate', 'resolve', '--rolled-back', '20260103000000_m')).toMatchObject({ code: 0 })
      expect(await project.prisma('migrate', 'deploy')).toMatchObject({ code: 0 })
    },
    slow,
  )
})

it(
  'db push takes away a unique index, a value of an enum and a relation, and there is no drift',
  async () => {
    await using project = await PrismaProject.create(await freshDatabase(), blog)
    expect(await project.prisma('db', 'push')).toMatchObject({ code: 0 })
    await project.schema(
      blog
        .replace('email     String   @unique', 'email     String')
        .replace('  READER\n', '  EDITOR\n')
        .replace('@default(READER)', '@default(EDITOR)')
        .replace('  posts     Post[]\n', '')
        .replace(/ {2}author .*\n/, ''),
    )
    expect(await project.prisma('db', 'push', '--accept-data-loss')).toMatchObject({ code: 0 })
    const diff = ['--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code']
    expect(await project.prisma('migrate', 'diff', ...diff)).toMatchObject({
      code: 0,
      output: expect.stringContaining('No difference detected'),
    })
  },
  slow,
)

describe('migrate dev, ended while its shadow database is open', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s, leaves no lock and, at the latest after the next run, no shadow database',
    async signal => {
      const url = await freshDatabase()
      await using project = await PrismaProject.create(
        url,
        'datasource db {\n  provider = "cockroachdb"\n}\nmodel A {\n  id Int @id\n}\n',
      )
      await project.write('prisma/migrations/migration_lock.toml', 'provider = "cockroachdb"\n')
      await project.write(
        'prisma/migrations/20260101000000_slow/migration.sql',
        'CREATE TABLE "A" ("id" INT4 NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\nSELECT pg_sleep(3);\n',
      )
      const command = project.start('migrate', 'dev')
      await expect.poll(() => shadowsOf(url), { timeout: 60_000 }).toHaveLength(1)
      // Ctrl-C reaches every process of the group; out of memory strikes one.
      process.kill(signal === 'SIGINT' ? -command.pid : await enginePid(command.pid), signal)
      expect((await command.outcome).code).not.toBe(0)
      expect((await shadowsOf(url)).length).toBeLessThanOrEqual(signal === 'SIGINT' ? 0 : 1)
      expect(await project.prisma('migrate', 'dev')).toMatchObject({
        code: 0,
        output: expect.stringContaining('20260101000000_slow'),
      })
      expect(await shadowsOf(url)).toEqual([])
    },
    slow,
  )
})

it(
  'format, validate, generate and version need no server',
  async () => {
    await using project = await PrismaProject.create('postgresql://root@127.0.0.1:1/none?sslmode=disable', blog)
    for (const command of ['format', 'validate', 'generate', 'version'])
      expect([command, (await project.prisma(command)).code]).toEqual([command, 0])
    expect(await readFile(join(project.folder, 'generated/client.ts'), 'utf8')).toContain('PrismaClient')
  },
  slow,
)

it(
  'TypedSQL is refused with what to do',
  async () => {
    await using project = await PrismaProject.create(
      await freshDatabase(),
      blog.replace('generated"', 'generated"\n  previewFeatures = ["typedSql"]'),
    )
    await project.write('prisma/sql/one.sql', 'SELECT 1 AS one')
    expect(await project.prisma('generate', '--sql')).toMatchObject({
      code: 1,
      output: expect.stringContaining('TypedSQL (`generate --sql`) is not possible without the downloaded engine'),
    })
  },
  slow,
)

it(
  'a schema for PostgreSQL is refused with what to write',
  async () => {
    const url = await freshDatabase()
    await using project = await PrismaProject.create(
      url,
      'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n',
    )
    for (const args of [
      ['migrate', 'dev', '--name', 'init'],
      ['db', 'push'],
    ]) {
      expect(await project.prisma(...args)).toMatchObject({
        code: 1,
        output: expect.stringContaining('Write `provider = "cockroachdb"`'),
      })
    }
  },
  slow,
)

it(
  'a database that does not exist is created, and a server that does not answer is an error',
  async () => {
    const url = inject('clusterUrl').replace(/\/\w*(\?|$)/, `/created_${process.pid}$1`)
    const schema = 'datasource db {\n  provider = "cockroachdb"\n}\nmodel A {\n  id Int @id\n}\n'
    await using project = await PrismaProject.create(url, schema)
    try {
      expect(await project.prisma('db', 'push')).toMatchObject({ code: 0 })
    } finally {
      const client = new Client({ connectionString: firstNode(inject('clusterUrl')) })
      await client.connect()
      await client.query(`DROP DATABASE IF EXISTS created_${process.pid} CASCADE`)
      await client.end()
    }
    await using nowhere = await PrismaProject.create('postgresql://root@127.0.0.1:1/none?sslmode=disable', schema)
    expect(await nowhere.prisma('migrate', 'deploy')).toMatchObject({
      code: 1,
      output: expect.stringContaining('P1001'),
    })
  },
  slow,
)

/** The shadow databases of one database. */
async function shadowsOf(url: string): Promise<string[]> {
  const digest = createHash('sha256').update(databaseOf(url)).digest('hex').slice(0, 16)
  const client = new Client({ connectionString: firstNode(url) })
  await client.connect()
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'cerci_prisma_shadow_${digest}%'`,
  )
  await client.end()
  return rows.map(({ datname }) => datname)
}

async function prepare(): Promise<Prepared & AsyncDisposable> {
  const url = await freshDatabase()
  const project = await PrismaProject.create(url, 'datasource db {\n  provider = "cockroachdb"\n}\n')
  await project.write('prisma/migrations/migration_lock.toml', 'provider = "cockroachdb"\n')
  for (const at of [1, 2, 3])
    await project.write(`prisma/migrations/2026010${at}000000_m/migration.sql`, table(`t${at}`))
  const client = new Client({ connectionString: firstNode(url) })
  await client.connect()
  return {
    url,
    project,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.end()
      await project[Symbol.asyncDispose]()
    },
  }
}

/** A migration whose statements only a lexer can tell apart. */
function table(name: string): string {
  return `CREATE TABLE "${name}" (id INT8 PRIMARY KEY);\n-- a ; in a comment\nINSERT INTO "${name}" VALUES (1); INSERT INTO "${name}" SELECT 2 WHERE ';' = ';';\n`
}

interface Prepared {
  readonly url: string
  readonly project: PrismaProject
  readonly client: Client
}

/** The engine that prisma, a child of this process, has started. */
async function enginePid(command: number): Promise<number> {
  for (;;) {
    for (const child of await childrenOf(command)) {
      const [engine] = await childrenOf(child)
      if (engine !== undefined) return engine
    }
    await delay(50)
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return list.trim().split(' ').filter(Boolean).map(Number)
}
