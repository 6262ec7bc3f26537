import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'

const library = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href
const url = await freshDatabase()

/** Runs a program to its end; it is ended, and the test fails, when something holds it. */
async function run(body: string, connectionString = url): Promise<string> {
  const program = `import { Cluster } from ${JSON.stringify(library)}
const cluster = new Cluster({ connectionString: ${JSON.stringify(connectionString)}, preset: 'serverless' })
${body}`
  const options = { timeout: 20_000, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options)
  return stdout.trim()
}

const exitsAfter = `
const startedAt = performance.now()
process.on('exit', () => console.log(performance.now() - startedAt < 3000 ? 'at once' : 'late'))`

it('a function that never closes its cluster lets the process end', async () => {
  expect(
    await run(`
const { rows } = await cluster.query('SELECT 1::INT8 AS one')
await Promise.all([1, 2, 3].map(n => cluster.query('SELECT $1::INT8', [n])))
const sum = await cluster.transaction(async tx => (await tx.query('SELECT 2::INT8 AS two')).rows[0].two)
await cluster.query({ text: 'SELECT 1', timeoutMs: 60_000 })
console.log(rows[0].one, sum, cluster.pool.totalCount)
${exitsAfter}`),
  ).toBe('1 2 1\nat once')
})

it('so does one whose statements failed, and one that could not connect', async () => {
  expect(
    await run(`
await cluster.query('SELECT nonsense').catch(error => console.log(error.code))
await cluster.transaction(tx => tx.query('SELECT nonsense')).catch(error => console.log(error.code))
${exitsAfter}`),
  ).toBe('42703\n42703\nat once')
  expect(
    await run(
      `
await cluster.query('SELECT 1').catch(error => console.log(error.code))
${exitsAfter}`,
      'postgresql://root@127.0.0.1:1/defaultdb?sslmode=disable',
    ),
  ).toBe('CERCI_CONNECTION\nat once')
})

it('waits for what still runs', async () => {
  expect(
    await run(
      `void cluster.query("SELECT pg_sleep(0.3), 'done' AS word").then(({ rows }) => console.log(rows[0].word))`,
    ),
  ).toBe('done')
})
