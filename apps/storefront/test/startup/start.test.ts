import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Cluster } from 'cerci'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { describeFaults, freshDatabase } from '../../../../test/fixture/cluster.js'
import { givenCluster } from '../../../../test/fixture/given-cluster.js'

// The built program, as `npm start` runs it; `npm test` builds it first.
const program = fileURLToPath(new URL('../../dist/start.js', import.meta.url))

const root = fileURLToPath(new URL('../../../../', import.meta.url))

interface Run {
  readonly child: ChildProcess
  /** What a signal has to name to reach all of it. */
  readonly target: number
  /** Exit code; 130 and the like for a forced end. */
  readonly ended: Promise<number | null>
  stdout: string
  stderr: string
}

let runs: Run[] = []

afterEach(async () => {
  for (const { child, target } of runs) if (child.exitCode === null) process.kill(target, 'SIGKILL')
  await Promise.all(runs.map(({ ended }) => ended))
  runs = []
})

/** `npm`: by the program of that name, in a process group of its own, as a shell would. */
function start(environment: Record<string, string>, args: readonly string[] | 'npm' = []): Run {
  const { TMPDIR, PATH, HOME } = process.env
  const url = givenCluster()
  const given = url === undefined ? {} : { DATABASE_URL: url, DEMO_DATA: 'true' }
  const env = { TMPDIR, PATH, HOME, ...given, ...environment }
  const child =
    args === 'npm'
      ? spawn('npm', ['start'], { env, cwd: root, detached: true })
      : spawn(process.execPath, [program, ...args], { env })
  const ended = once(child, 'exit').then(([code]) => code)
  const pid = child.pid ?? 0
  const run: Run = { child, target: args === 'npm' ? -pid : pid, ended, stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (run.stdout += chunk))
  child.stderr.on('data', chunk => (run.stderr += chunk))
  runs.push(run)
  return run
}

/** The storefront's address, once it is printed. */
async function ready({ child, ended, ...run }: Run): Promise<string> {
  const output = runs.find(each => each.child === child) ?? { ...run, child, ended }
  while (!/Ctrl-C stops everything/.test(output.stdout)) {
    const event = await Promise.race([once(child.stdout!, 'data'), ended])
    if (!Array.isArray(event)) throw new Error(`ended with ${event}: ${output.stderr}`)
  }
  return /http:\/\/\S+/.exec(output.stdout.slice(output.stdout.indexOf('Storefront  ')))?.[0] ?? ''
}

async function failure(environment: Record<string, string>, args: readonly string[] = []): Promise<string> {
  const run = start(environment, args)
  expect(await run.ended).toBe(1)
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1)
  return run.stderr
}

// Whole clusters in processes of their own: on a busy machine that takes minutes, and nothing here is about time.
vi.setConfig({ testTimeout: 180_000 })

describe('npm start', () => {
  test('brings up a cluster, tables, data and the service, and takes them down again', async () => {
    const run = start({ PORT: '0' })
    const address = await ready(run)
    const products = await (await fetch(`${address}/products?limit=2`)).json()
    expect(products).toMatchObject({ items: [{ price: expect.any(String) }, {}] })
    const [, email, password] = /Administrator {2}(\S+), password (\S+)/.exec(run.stdout) ?? []
    const signIn = {
      method: 'POST',
      body: JSON.stringify({ email, password }),
      headers: { 'content-type': 'application/json' },
    }
    expect((await fetch(`${address}/sessions`, signIn)).status).toBe(201)
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(0)
    await expect(fetch(address)).rejects.toThrow('fetch failed')
    expect(run.stderr).toBe('')
  })

  test('serves the same over Express', async () => {
    const run = start({ PORT: '0' }, ['--http', 'express'])
    const address = await ready(run)
    expect(await (await fetch(`${address}/health`)).json()).toMatchObject({ status: 'ok' })
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
  })

  test('ends at once when it is told twice', async () => {
    const run = start({ PORT: '0' })
    const { port, hostname } = new URL(await ready(run))
    const slow = connect(Number(port), hostname)
    slow.on('error', () => {})
    slow.write('POST /users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
    await once(slow, 'ready')
    run.child.kill('SIGINT')
    while (!run.stdout.includes('once more')) await once(run.child.stdout!, 'data')
    // So soon it is the same one, which npm has passed on.
    run.child.kill('SIGINT')
    await delay(500)
    expect(run.child.exitCode).toBeNull()
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(130)
    slow.destroy()
  })
})

describe('npm start on a cluster that was given', async () => {
  const [untouched, shared] = [await freshDatabase(), await freshDatabase()]

  test('leaves an empty database empty, and tells no password', async () => {
    const run = start({ PORT: '0', DATABASE_URL: untouched, DEMO_DATA: '' })
    const address = await ready(run)
    expect(await (await fetch(`${address}/products`)).json()).toEqual({ items: [] })
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(0)
    expect(run.stdout).not.toMatch(/administrator|password|demo data/i)
    const cluster = new Cluster(untouched)
    expect((await cluster.query('SELECT 1 FROM users')).rows).toEqual([])
    await cluster.close()
  })

  test('migrates and fills it once, when two start at the same moment', async () => {
    const both = [1, 2].map(() => start({ PORT: '0', DATABASE_URL: shared, DEMO_DATA: 'true' }))
    const addresses = await Promise.all(both.map(ready))
    for (const address of addresses) expect((await fetch(`${address}/products?limit=1`)).status).toBe(200)
    for (const { child } of both) child.kill('SIGINT')
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
    const output = both.map(({ stdout }) => stdout).join('')
    expect(output.match(/Loaded demo data/g)).toHaveLength(1)
    expect(output.match(/, password /g)).toHaveLength(1)
    expect(both.map(({ stderr }) => stderr)).toEqual(['', ''])
  })
})

describe('npm itself', () => {
  test.each([
    ['SIGTERM', 'is told to stop, as by a supervisor', ({ child }: Run) => child.pid],
    ['SIGINT', 'and the service are told to stop, as by Ctrl-C in a terminal', ({ target }: Run) => target],
  ] as const)('%s: when it %s, the service stops in order and leaves nothing', async (signal, _, told) => {
    const run = start({ PORT: '0' }, 'npm')
    const address = await ready(run)
    process.kill(told(run) ?? 0, signal)
    expect(await run.ended).toBe(0)
    await expect(fetch(address)).rejects.toThrow('fetch failed')
    expect(run.stdout).toContain('Stopping')
  })
})

describe('npm start says in one line what is wrong', () => {
  test('with the configuration: everything at once', async () => {
    expect(await failure({ PORT: 'x', LOG_LEVEL: 'loud' })).toMatch(/PORT is "x".*LOG_LEVEL is "loud"/)
    expect(await failure({}, ['--fast'])).toMatch(/--fast/)
  })

  test('with a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    expect(await failure({ PORT: port })).toMatch(new RegExp(`Port ${port} of 127.0.0.1 is in use.*PORT=`))
    server.close()
  })

  test('with a cluster that is not there, and with what is no URL', async () => {
    expect(await failure({ PORT: '0', DATABASE_URL: 'postgresql://root@127.0.0.1:1/x?sslmode=disable' })).toMatch(
      /DATABASE_URL.*127\.0\.0\.1:1.*Check/,
    )
    expect(await failure({ PORT: '0', DATABASE_URL: 'mysql://x' })).toMatch(
      /DATABASE_URL.*must begin with postgresql:\/\//,
    )
  })
})

describeFaults('npm start beside another', () => {
  test('takes other ports for the nodes', async () => {
    const [first, second] = [start({ PORT: '0' }), start({ PORT: '0' })]
    const addresses = await Promise.all([ready(first), ready(second)])
    for (const address of addresses) expect((await fetch(`${address}/health/ready`)).status).toBe(200)
    first.child.kill('SIGINT')
    second.child.kill('SIGINT')
    expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0])
  })
})
