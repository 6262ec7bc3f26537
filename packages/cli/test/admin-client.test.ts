import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { main } from '../src/main.js'

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
