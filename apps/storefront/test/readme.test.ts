import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readConfiguration } from '../src/configuration/configuration.js'
import { loadDemoData } from '../src/demo/load-demo-data.js'
import { password, startTestStorefront } from './fixture/storefront.js'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const { api, cluster } = await startTestStorefront()
await loadDemoData(cluster)

test('has less than 100 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThan(100)
})

test('names every setting, and no other', () => {
  const settings = readme.slice(readme.indexOf('## Settings'))
  const rows = settings.split('\n').filter(line => line.startsWith('| `'))
  const named = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))
  const asked: string[] = []
  const environment = new Proxy({}, { get: (_, name) => void asked.push(String(name)) })
  readConfiguration(environment)
  expect(new Set(named)).toEqual(new Set(asked))
})

test('leads to an order and a transfer, line by line', async () => {
  const script = /\n```sh\n(URL=[^]*?)```/.exec(readme)?.[1] ?? ''
  const here = script.replace('http://127.0.0.1:3000', api.address)
  const env = { PATH: process.env.PATH, PASSWORD: password }
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', here], { env })
  expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^\d+\.\d\d$/), '12.50', '12.50'])
})
