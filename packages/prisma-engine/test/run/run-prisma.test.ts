import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { blog, PrismaProject, slow } from '../fixture/project.js'

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
