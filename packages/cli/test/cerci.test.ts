import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'

const bin = join(import.meta.dirname, '../bin/cerci.js')

interface Ready {
  readonly url: string
  readonly nodes: { id: number; host: string; port: number; region: string; zone: string; url: string }[]
  readonly adminUrl: string
  readonly pid: number
}

/** Runs `cerci dev --json` until the test is over. */
async function dev(
  flags: string[] = [],
  folder = tmpdir(),
): Promise<{ child: ChildProcess; ready: Ready; lines: string[] }> {
  const child = spawn(process.execPath, [bin, 'dev', '--port', '0', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => lines.push(line))
  await once(reader, 'line')
  return { child, ready: JSON.parse(lines[0] ?? '') as Ready, lines }
}

/** Runs the command to its end. */
async function cerci(...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [bin, ...given])) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

/** A temporary folder of one test's own, in which nothing may be left. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-'))
  chmodSync(folder, 0o711)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The number of PostgreSQL's process. */
function serverOf(folder: string): number {
  const [run = ''] = readdirSync(folder)
  return Number(readFileSync(join(folder, run, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0])
}

describe('cerci dev', () => {
  test('puts nodes into the regions named, and the network between them', async () => {
    const { ready } = await dev(['--nodes', '4', '--regions', 'us-east-1,eu-west-1', '--latency', 'wan'])
    expect(ready.nodes.map(({ region, zone }) => `${region}${zone}`)).toEqual([
      'us-east-1a',
      'eu-west-1a',
      'us-east-1b',
      'eu-west-1b',
    ])
    expect(await (await fetch(`${ready.adminUrl}/api/latency`)).json()).toEqual({ latency: 'wan' })
    // A table of a database without regions has its lease on the node with the lowest id, an ocean away.
    const client = new Client({ connectionString: ready.nodes[1]?.url })
    await client.connect()
    await client.query('CREATE TABLE t (id INT PRIMARY KEY)')
    await client.query('SELECT * FROM t')
    const start = performance.now()
    await client.query('SELECT * FROM t')
    expect(performance.now() - start).toBeGreaterThan(75)
    await client.end()
  })

  test.each([
    ['a region that is not in the matrix', ['--regions', 'atlantis,us-east-1', '--latency', 'wan'], /atlantis/],
    ['a file that is not there', ['--latency', '/nowhere/latency.json'], /nowhere/],
  ])('refuses %s', async (_what, flags, message) => {
    const { code, stderr } = await cerci('dev', '--port', '0', '--http-port', '0', ...flags)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(message)
  })

  test('prints one line of JSON when ready, whose URLs work', async () => {
    const { child, ready, lines } = await dev(['--nodes', '2', '--regions', 'here,there'])
    expect(ready).toEqual({
      url: expect.stringMatching(/^postgresql:\/\/root@127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/defaultdb\?sslmode=disable$/),
      nodes: ['here', 'there'].map((region, at) => ({
        id: at + 1,
        host: '127.0.0.1',
        port: expect.any(Number),
        region,
        zone: 'a',
        url: expect.any(String),
      })),
      adminUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: child.pid,
    })
    for (const { url } of ready.nodes) {
      const client = new Client({ connectionString: url })
      await client.connect()
      expect((await client.query('SELECT 1 AS one')).rowCount).toBe(1)
      await client.end()
    }
    expect(lines).toHaveLength(1)
  })

  test('takes the seed of its faults, and says what is wrong with a flag', async () => {
    const { ready } = await dev(['--nodes', '1', '--fault-seed', 'monday'])
    expect(await (await fetch(`${ready.adminUrl}/api/faults`)).json()).toEqual({ seed: 'monday', rules: [] })
    const wrong = await cerci('dev', '--port', '0', '--http-port', '0', '--history-window', 'long')
    expect(wrong.stderr).toBe(
      "cerci: --history-window: 'long' is neither a whole number of milliseconds nor none. See `cerci dev --help`.\n",
    )
  })

  test('stops when the npx that started it is ended, which its shell does not tell it', async () => {
    const folder = temporaryFolder()
    // npm's part: a shell that runs the command, is sent the signal, and does not pass it on.
    const script = `'${process.execPath}' '${bin}' dev --nodes 1 --port 0 --http-port 0 --json & wait`
    const shell = spawn('/bin/sh', ['-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder, npm_lifecycle_event: 'npx', npm_lifecycle_script: 'cerci' },
    })
    const reader = createInterface({ input: shell.stdout })
    const [line] = (await once(reader, 'line')) as [string]
    const { pid, adminUrl } = JSON.parse(line) as Ready
    onTestFinished(() => {
      if (isRunning(pid)) process.kill(pid, 'SIGKILL')
    })
    shell.kill('SIGTERM')
    await expect.poll(() => [isRunning(pid), readdirSync(folder)], { timeout: 10_000 }).toEqual([false, []])
    await expect(fetch(adminUrl)).rejects.toThrow('fetch failed')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind after %s', async signal => {
    const folder = temporaryFolder()
    const { child, ready } = await dev(['--nodes', '1'], folder)
    child.kill(signal)
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect(readdirSync(folder)).toEqual([])
    await expect(fetch(ready.adminUrl)).rejects.toThrow('fetch failed')
  })

  test('ends with an error when its engine dies, and leaves nothing behind', async () => {
    const folder = temporaryFolder()
    const { child } = await dev(['--nodes', '1'], folder)
    process.kill(serverOf(folder), 'SIGKILL')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  test('stops when the signal comes while it starts', async () => {
    const folder = temporaryFolder()
    const child = spawn(process.execPath, [bin, 'dev', '--port', '0', '--http-port', '0'], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: folder },
    })
    onTestFinished(() => void child.kill())
    await expect.poll(() => readdirSync(folder), { timeout: 10_000, interval: 1 }).not.toEqual([])
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  test.runIf(process.platform === 'linux')('ends at a second signal, and so does PostgreSQL', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o1777) // as /tmp: PostgreSQL's user may remove its own
    const { child } = await dev(['--nodes', '1'], folder)
    const server = serverOf(folder)
    // Whoever would end PostgreSQL is held, so that stopping takes as long as this test likes.
    const [, , , supervisor = ''] = readFileSync(`/proc/${server}/stat`, 'utf8').split(' ')
    process.kill(Number(supervisor), 'SIGSTOP')
    const exited = once(child, 'exit')
    child.kill('SIGINT')
    expect(await Promise.race([exited, sleep(300, 'still there')])).toBe('still there')
    child.kill('SIGINT')
    expect(await exited).toEqual([null, 'SIGINT'])
    process.kill(Number(supervisor), 'SIGCONT')
    await expect.poll(() => [existsSync(`/proc/${server}`), readdirSync(folder)]).toEqual([false, []])
  })

  test('takes any port for the admin API as well with --port 0, whether or not 8080 is in use', async () => {
    const { ready } = await dev(['--nodes', '1'])
    expect(ready.adminUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(ready.adminUrl).not.toContain(':8080')
    const { code, stdout } = await cerci('dev', '--help')
    expect([code, stdout]).toEqual([0, expect.stringContaining('any free with --port 0')])
  })

  test('hints at a fault whose fingerprint never comes to its stage', async () => {
    const { ready } = await dev(['--nodes', '1'])
    const never = ['fault', 'add', 'never', '--retry', 'RETRY_SERIALIZABLE', '--fingerprint', 'begin']
    const { code, stdout } = await cerci(...never, '--admin', ready.adminUrl)
    expect([code, stdout.trim().split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(/^NAME /),
        expect.stringMatching(/^never .* fingerprint=begin +0 +0$/),
        expect.stringMatching(/^hint: never: BEGIN, .*'reply'$/),
      ],
    ])
  })

  test.each(['--port', '--http-port'])('says in one line that the port of %s is in use', async flag => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const other = flag === '--port' ? '--http-port' : '--port'
    const { code, stdout, stderr } = await cerci('dev', flag, port, other, '0')
    expect([code, stdout]).toEqual([1, ''])
    const last = stderr.trim().split('\n').at(-1)
    expect(last).toMatch(new RegExp(`^cerci: Port ${port} .* is in use\\..*${flag}`))
  })
})

test('cerci node list shows a running cluster', async () => {
  const { ready } = await dev(['--nodes', '1'])
  const { code, stdout } = await cerci('node', 'list', '--admin', ready.adminUrl)
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^ID +REGION.*\n1 +us-east-1 +a +127\.0\.0\.1:\d+ +live\n$/),
  ])
})
