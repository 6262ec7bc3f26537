import { join } from 'node:path'
import { Cluster } from 'cerci'
import { expect, it } from 'vitest'
import { deployMigrations } from '../src/deploy-migrations.js'
import { prepare } from './fixture/three-migrations.js'

it('applies what is new, and says by P3015 which directory has no migration.sql', async () => {
  await using prepared = await prepare()
  const cluster = new Cluster(prepared.url)
  const folder = join(prepared.project.folder, 'prisma/migrations')
  expect(await deployMigrations(cluster, folder)).toHaveLength(3)
  expect(await deployMigrations(cluster, folder)).toEqual([])
  await prepared.project.write('prisma/migrations/20260104000000_m/notes.txt', 'no migration yet')
  await expect(deployMigrations(cluster, folder)).rejects.toMatchObject({
    code: 'P3015',
    message: expect.stringContaining(join(folder, '20260104000000_m', 'migration.sql')),
  })
  await cluster.close()
}, 60_000)
