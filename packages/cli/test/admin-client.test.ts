import { once } from 'node:events'
import { createServer } from 'node:http'
import { DevCluster } from '@cerci/dev-cluster'
import { expect, onTestFinished, test } from 'vitest'
import { main } from '../src/main.js'
import { run } from './run.js'

test('what answers, but is no dev cluster, is named', async () => {
  for (const [status, body] of [
    [200, 'hello'],
    [200, '{"nodes": 5}'],
    [404, '{"message": "not found"}'],
  ] as const) {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : ''}`
    const notes: string[] = []
    const code = await main(['node', 'list', '--admin', url], { print: () => {}, note: line => notes.push(line) })
    expect([code, notes]).toEqual([1, [expect.stringContaining(`What answers at ${url} is not the admin API`)]])
  }
})

async function ask(admin: string, ...flags: string[]): Promise<string> {
  return (await run('node', 'list', '--admin', admin, ...flags)).err[0] ?? ''
}

test('a secure cluster that is not asked as one is told apart from none', async () => {
  const cluster = await DevCluster.start({ nodes: 1, secure: true })
  onTestFinished(() => cluster.stop())
  expect(await ask(cluster.adminUrl)).toMatch(/is not known to be your secure dev cluster .*--certs-dir/)
  expect(await ask(cluster.adminUrl.replace('https:', 'http:'))).toMatch(/does not speak that protocol .*https:\/\//)
  expect(await ask(cluster.adminUrl, '--certs-dir', '/nowhere')).toMatch(/^cerci: The certificates .*\(ENOENT\)/)
  const other = await DevCluster.start({ nodes: 1 })
  onTestFinished(() => other.stop())
  expect(await ask(other.adminUrl.replace('http:', 'https:'))).toMatch(/does not speak that protocol/)
})
