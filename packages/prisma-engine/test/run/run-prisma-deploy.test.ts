import { expect, it } from 'vitest'
import { slow } from '../fixture/project.js'
import { prepare } from '../fixture/three-migrations.js'

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
