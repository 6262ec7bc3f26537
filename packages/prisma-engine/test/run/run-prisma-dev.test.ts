import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { blog, PrismaProject, slow } from '../fixture/project.js'
import { shadowsOf } from '../fixture/shadows-of.js'

describe('cerci prisma, on a cluster URL of several hosts', () => {
  let project: PrismaProject
  let client: Client
  let url: string
  beforeAll(async () => {
    url = await freshDatabase()
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

  it('leaves no shadow database behind', async () => {
    expect(await shadowsOf(url)).toEqual([])
  })
})
