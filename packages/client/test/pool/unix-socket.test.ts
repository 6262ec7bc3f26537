import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { Cluster } from '../../src/cluster/cluster.js'
import { parseConnectionString } from '../../src/cluster/connection-string.js'
import type { ClusterOptions } from '../../src/cluster/options.js'
import { caught } from '../fixture/caught.js'

const { hosts, user, database } = parseConnectionString(await freshDatabase())
const folder = mkdtempSync(join(tmpdir(), 'sock-'))
/** A node that listens on a Unix socket, as `cockroach start --socket-dir` does. */
const server = createServer(client => {
  const node = connect({ host: hosts[0]?.host ?? '', port: hosts[0]?.port ?? 0 })
  for (const [from, to] of [[client, node] as const, [node, client] as const]) {
    from.on('error', () => to.destroy()).on('close', () => to.destroy())
    from.pipe(to)
  }
})
await new Promise<void>(resolve => server.listen(join(folder, '.s.PGSQL.26257'), () => resolve()))
afterAll(async () => {
  await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

it.each<[string, ClusterOptions]>([
  ['in the place of a host', { connectionString: `postgresql://${user}@${encodeURIComponent(folder)}/${database}` }],
  ['as a parameter', { connectionString: `postgresql://${user}@/${database}?host=${encodeURIComponent(folder)}` }],
  ['as an option', { hosts: [{ host: folder }], user: user ?? '', database: database ?? '' }],
])('the folder of a Unix socket, %s, leads to the node', async (_, options) => {
  const cluster = new Cluster(options)
  try {
    expect((await cluster.query('SELECT current_database() AS name')).rows).toEqual([{ name: database }])
    expect(await caught(cluster.query({ text: 'SELECT pg_sleep(20)', timeoutMs: 50 }))).toMatchObject({
      sqlState: '57014',
    })
    expect((await cluster.health()).status).toBe('up')
  } finally {
    await cluster.close({ deadlineMs: 100 })
  }
})

it('a folder without a socket is named', async () => {
  const cluster = new Cluster({ hosts: [{ host: join(folder, 'none') }], user: 'root' })
  expect(await caught(cluster.query('SELECT 1'))).toMatchObject({
    code: 'CERCI_CONNECTION',
    message: expect.stringContaining(join(folder, 'none')),
  })
  await cluster.close()
})
