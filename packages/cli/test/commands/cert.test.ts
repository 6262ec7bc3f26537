import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DevCluster } from '@cerci/dev-cluster'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../run.js'

let certsDir = ''
let cluster: DevCluster

beforeAll(async () => {
  certsDir = mkdtempSync(join(tmpdir(), 'cerci-certs-'))
  cluster = await DevCluster.start({ nodes: 1, secure: true, certsDir })
})
afterAll(async () => {
  await cluster.stop()
  rmSync(certsDir, { recursive: true })
})

describe('a secure cluster', () => {
  test('is asked with the certificates of its folder', async () => {
    const listed = await run('node', 'list', '--admin', cluster.adminUrl, '--certs-dir', certsDir)
    expect(listed).toMatchObject({
      code: 0,
      out: [expect.stringContaining('ID'), expect.stringMatching(/^1 .*live/)],
    })
    expect(await run('node', 'list', '--admin', cluster.adminUrl)).toMatchObject({ code: 1 })
  })

  test('lets in the user of a certificate that `cerci cert client` makes', async () => {
    const made = await run('cert', 'client', 'mary', '--certs-dir', certsDir)
    expect(made.out).toEqual([join(certsDir, 'client.mary.crt'), join(certsDir, 'client.mary.key')])
    const root = new Client({ connectionString: cluster.node(1).url })
    await root.connect()
    await root.query('CREATE USER mary')
    await root.end()
    const mary = new Client({
      connectionString: cluster.node(1).url.replace('root@', 'mary@').replaceAll('client.root', 'client.mary'),
    })
    await mary.connect()
    expect((await mary.query('SELECT current_user AS name')).rows).toEqual([{ name: 'mary' }])
    await mary.end()
  })

  test('needs to be told where', async () => {
    expect(await run('cert', 'client', 'mary')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('--certs-dir')],
    })
  })
})
