import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { firstNode, freshDatabase } from '../../../../test/fixture/cluster.js'
import { PrismaProject, slow } from '../fixture/project.js'
import { shadowsOf } from '../fixture/shadows-of.js'
import { prepare } from '../fixture/three-migrations.js'

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
