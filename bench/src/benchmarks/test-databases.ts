import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { closedLoop, type Measurement } from '../measure/closed-loop.js'
import type { Server } from '../server.js'

const DATABASES = 100
/** A test suite does something with a database before it wants the next. */
const TEST_MS = 100
const FLAT_OUT_MS = 10_000

/** Databases from a template of twenty tables, through the admin API as the helpers of `@cerci/dev-cluster/testing` ask for them. */
export async function testDatabases({ adminUrl }: Server): Promise<void> {
  if (!adminUrl) return console.log('\nskipped: making databases in advance needs a dev cluster')
  const template = await makeTemplate(adminUrl)
  await drop(adminUrl, await create(adminUrl, template))

  const latencies: number[] = []
  for (let count = 0; count < DATABASES; count++) {
    await sleep(TEST_MS)
    const before = performance.now()
    const name = await create(adminUrl, template)
    latencies.push(performance.now() - before)
    await drop(adminUrl, name)
  }
  latencies.sort((a, b) => a - b)
  const at = (q: number) => (latencies[Math.floor(q * latencies.length)] ?? Number.NaN).toFixed(1)
  console.log(`\none every ${TEST_MS} ms: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms`)

  for (const workers of [1, 4]) {
    const use = async () => drop(adminUrl, await create(adminUrl, template))
    report(workers, await closedLoop(use, workers, FLAT_OUT_MS))
  }
  await drop(adminUrl, template)
}

function report(workers: number, { operationsPerSecond, p50Ms, p99Ms }: Measurement): void {
  const perMinute = Math.round(operationsPerSecond * 60)
  console.log(
    `flat out, ${workers} at a time: ${perMinute} a minute, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
  )
}

async function makeTemplate(adminUrl: string): Promise<string> {
  const { name, nodeUrls } = await ask(adminUrl, {})
  const client = new Client({ connectionString: nodeUrls[0] })
  await client.connect()
  for (let at = 0; at < 20; at++) {
    await client.query(
      `CREATE TABLE t${at} (id INT PRIMARY KEY, name STRING NOT NULL, at TIMESTAMPTZ DEFAULT now(), INDEX (name))`,
    )
    await client.query(`INSERT INTO t${at} SELECT i, i::STRING FROM generate_series(1, 50) AS i`)
  }
  await client.end()
  return name
}

async function create(adminUrl: string, template: string): Promise<string> {
  return (await ask(adminUrl, { template })).name
}

async function drop(adminUrl: string, name: string): Promise<void> {
  await (await fetch(`${adminUrl}/api/databases/${name}`, { method: 'DELETE' })).json()
}

async function ask(adminUrl: string, body: object): Promise<{ name: string; nodeUrls: string[] }> {
  const response = await fetch(`${adminUrl}/api/databases`, { method: 'POST', body: JSON.stringify(body) })
  const made: unknown = await response.json()
  if (isDatabase(made)) return made
  throw new Error(`no database was made: ${JSON.stringify(made)}`)
}

function isDatabase(made: unknown): made is { name: string; nodeUrls: string[] } {
  return typeof made === 'object' && made !== null && 'name' in made && 'nodeUrls' in made
}
