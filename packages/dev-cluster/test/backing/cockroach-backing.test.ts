import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DevCluster } from '../../src/dev-cluster.js'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cerci-stand-in-'))
  for (const program of ['cockroach', 'docker'])
    symlinkSync(join(import.meta.dirname, 'stand-in.js'), join(folder, program))
  writeFileSync(join(folder, 'calls'), '')
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`)
  vi.stubEnv('STAND_IN_FOLDER', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function calls(): string[][] {
  const lines = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
  return lines.map(line => {
    const call: unknown = JSON.parse(line)
    return Array.isArray(call) ? call.map(String) : []
  })
}

const commands = (program: string) => calls().flatMap(([name, ...args]) => (name === program ? [args] : []))

function storesOf(starts: readonly (readonly string[])[]): string[] {
  return starts.flat().flatMap(arg => /^--store=path=(.*)/.exec(arg)?.[1] ?? [])
}

async function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

describe('engine: cockroach', () => {
  test('starts every node with its locality and all addresses, initialises once, and is ready after that', async () => {
    await using cluster = await DevCluster.start({ engine: 'cockroach', nodes: 3, regions: ['us-east-1', 'eu-west-1'] })
    const [version, ...others] = commands('cockroach')
    expect(version).toEqual(['version', '--build-tag'])
    const addresses = `--join=${cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
    const starts = others.filter(([command]) => command === 'start')
    for (const { port, region, zone } of cluster.nodes) {
      const start = starts.find(args => args.includes(`--listen-addr=127.0.0.1:${port}`))
      expect(start).toEqual(
        expect.arrayContaining([
          'start',
          '--insecure',
          addresses,
          `--locality=region=${region},zone=${zone}`,
          expect.stringMatching(/^--store=path=.*node\d$/),
        ]),
      )
    }
    expect(starts).toHaveLength(3)
    const inits = others.filter(([command]) => command === 'init')
    expect(inits.length).toBeGreaterThan(0)
    expect(new Set(inits.map(args => args.join(' '))).size).toBe(1)
    expect(inits[0]).toEqual(['init', '--insecure', `--host=127.0.0.1:${cluster.node(1).port}`])
    expect(cluster.url).toMatch(
      /^postgresql:\/\/root@127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/defaultdb\?sslmode=disable$/,
    )
  })

  test('kills, restarts with the same arguments, and drains through the node itself', async () => {
    await using cluster = await DevCluster.start({ engine: 'cockroach', nodes: 3 })
    const { port } = cluster.node(2)
    await cluster.node(2).kill()
    expect(await accepts(port)).toBe(false)
    expect(cluster.node(2).info.state).toBe('down')
    await cluster.node(2).start()
    expect(await accepts(port)).toBe(true)
    const starts = commands('cockroach').filter(args => args.includes(`--listen-addr=127.0.0.1:${port}`))
    expect(starts).toHaveLength(2)
    expect(starts[1]?.toSorted()).toEqual(starts[0]?.toSorted())
    await cluster.node(1).drain()
    expect(commands('cockroach').at(-1)).toEqual([
      'node',
      'drain',
      '--self',
      '--insecure',
      `--host=127.0.0.1:${cluster.node(1).port}`,
    ])
    expect(cluster.node(1).info.state).toBe('draining')
  })

  test.runIf(process.platform === 'linux')('notices a node that ends by itself', async () => {
    await using cluster = await DevCluster.start({ engine: 'cockroach', nodes: 3 })
    const pattern = `--listen-addr=127.0.0.1:${cluster.node(3).port}`
    for (const pid of processesOf(pattern)) process.kill(pid, 'SIGKILL')
    await expect.poll(() => cluster.node(3).info.state).toBe('down')
  })

  test.runIf(process.platform === 'linux')('leaves no node behind when its own process is killed', async () => {
    const program = join(import.meta.dirname, '../../dist/testing/serve-test-cluster.js')
    const options = JSON.stringify({ engine: 'cockroach', nodes: 2 })
    const child = spawn(process.execPath, [program, options], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(createInterface({ input: child.stdout }), 'line')
    const stores = storesOf(commands('cockroach'))
    expect(stores).toHaveLength(2)
    const running = (): number[] => stores.flatMap(store => processesOf(`--store=path=${store}`))
    expect(running()).toHaveLength(2)
    child.kill('SIGKILL')
    await expect.poll(running, { timeout: 10_000 }).toEqual([])
    await expect.poll(() => existsSync(join(stores[0] ?? '', '..')), { timeout: 10_000 }).toBe(false)
  })

  test('makes and drops databases by SQL, and leaves nothing behind', async () => {
    const cluster = await DevCluster.start({ engine: 'cockroach', nodes: 1 })
    const [store = ''] = storesOf(commands('cockroach'))
    const database = await cluster.createDatabase()
    const { name, url } = database
    expect(url).toContain(`/${name}?`)
    database.drop()
    const { port } = cluster.node(1)
    await cluster.stop()
    const sql = commands('cockroach').filter(([command]) => command === 'sql')
    expect(sql.map(([, execute]) => execute)).toEqual([
      `--execute=CREATE DATABASE ${name}`,
      `--execute=DROP DATABASE ${name} CASCADE`,
    ])
    expect(await accepts(port)).toBe(false)
    expect(existsSync(join(store, '..'))).toBe(false)
  })

  test('says what it cannot', async () => {
    const cannot = expect.objectContaining({ code: 'CERCI_ENGINE_CANNOT' })
    await using cluster = await DevCluster.start({ engine: 'cockroach', nodes: 1 })
    expect(() => cluster.node(1).partition()).toThrow(cannot)
    expect(cluster.node(1).info.partitioned).toBe(false)
    expect(() => cluster.region('us-east-1').partition()).toThrow(cannot)
    expect(cluster.region('us-east-1').isolated).toBe(false)
    expect(() => cluster.setLatency('wan')).toThrow(cannot)
    expect(() => cluster.faults.add({ id: 'f', stage: 'reply', effect: { kind: 'cut' } })).toThrow(cannot)
    await expect(DevCluster.start({ engine: 'docker', nodes: 1, secure: true })).rejects.toEqual(cannot)
    await expect(cluster.createDatabase({ template: 'app' })).rejects.toEqual(cannot)
    const options = { engine: 'cockroach', nodes: 1 } as const
    await expect(DevCluster.start({ ...options, latency: 'wan' })).rejects.toEqual(cannot)
    await expect(DevCluster.start({ ...options, faultSeed: 'x' })).rejects.toEqual(cannot)
    await expect(DevCluster.start({ ...options, historyWindowMs: 1000 })).rejects.toEqual(cannot)
  })

  test('says what is missing, and what failed', async () => {
    rmSync(join(folder, 'cockroach'))
    vi.stubEnv('PATH', folder)
    await expect(DevCluster.start({ engine: 'cockroach', nodes: 1 })).rejects.toMatchObject({
      code: 'CERCI_COMMAND_MISSING',
    })
    writeFileSync(join(folder, 'cockroach'), '#!/bin/sh\necho broken >&2; exit 3\n', { mode: 0o755 })
    await expect(DevCluster.start({ engine: 'cockroach', nodes: 1 })).rejects.toMatchObject({
      code: 'CERCI_COMMAND_FAILED',
      message: '`cockroach version --build-tag` failed: broken',
    })
    await expect(DevCluster.start(Object({ engine: 'oracle' }))).rejects.toMatchObject({ code: 'CERCI_ENGINE_INVALID' })
  })
})

test('a node that does not come up again says so', async () => {
  await using cluster = await DevCluster.start({ engine: 'cockroach', nodes: 2 })
  await cluster.node(2).kill()
  rmSync(join(folder, 'cockroach'))
  writeFileSync(join(folder, 'cockroach'), '#!/bin/sh\nexit 7\n', { mode: 0o755 })
  await expect(cluster.node(2).start()).rejects.toMatchObject({
    code: 'CERCI_NODE_UNREADY',
    message: expect.stringContaining('it has ended'),
  })
  expect(cluster.node(2).info.state).toBe('down')
})

describe('engine: docker', () => {
  test('makes a network and containers, initialises inside, and removes all of it', async () => {
    const cluster = await DevCluster.start({
      engine: 'docker',
      nodes: 2,
      regions: ['us-east-1'],
      image: 'cockroach:test',
    })
    const [create, ...others] = commands('docker').filter(([command]) => command !== 'serve')
    const network = create?.at(-1) ?? ''
    expect(create).toEqual(['network', 'create', network])
    const runs = others.filter(([command]) => command === 'run')
    expect(runs).toHaveLength(2)
    for (const { id, port } of cluster.nodes) {
      const name = `${network}-node${id}`
      const run = runs.find(args => args.includes(`--name=${name}`)) ?? []
      expect(run).toEqual(
        expect.arrayContaining(['--detach', `--network=${network}`, `--publish=127.0.0.1:${port}:26257`]),
      )
      expect(run.slice(run.indexOf('cockroach:test') + 1)).toEqual([
        'start',
        '--insecure',
        `--advertise-addr=${name}:26257`,
        '--listen-addr=0.0.0.0:26257',
        '--http-addr=0.0.0.0:8080',
        `--join=${network}-node1:26257,${network}-node2:26257`,
        expect.stringMatching(/^--locality=region=us-east-1,zone=[ab]$/),
      ])
    }
    const inside = ['exec', `${network}-node1`, 'cockroach']
    expect(others.find(([command]) => command === 'exec')).toEqual([
      ...inside,
      'init',
      '--insecure',
      '--host=localhost:26257',
    ])
    await cluster.node(2).kill()
    // The stand-in does not wait for the end of what it kills; Docker does.
    await expect.poll(() => accepts(cluster.node(2).port)).toBe(false)
    await cluster.node(2).start()
    expect(await accepts(cluster.node(2).port)).toBe(true)
    await cluster.node(1).drain()
    await cluster.stop()
    const last = commands('docker')
      .filter(([command]) => command !== 'serve')
      .slice(-5)
    expect(last).toEqual([
      ['kill', `${network}-node2`],
      ['start', `${network}-node2`],
      [...inside, 'node', 'drain', '--self', '--insecure', '--host=localhost:26257'],
      ['rm', '--force', '--volumes', `${network}-node1`, `${network}-node2`],
      ['network', 'rm', network],
    ])
    await expect.poll(() => accepts(cluster.node(1).port)).toBe(false)
  })

  test('removes all that it can when it stops, and says what went wrong first', async () => {
    const cluster = await DevCluster.start({ engine: 'docker', nodes: 1 })
    writeFileSync(join(folder, 'cannot-remove'), '')
    await expect(cluster.stop()).rejects.toThrow('cannot remove rm')
    const [containers, network] = commands('docker').slice(-2)
    expect(network?.slice(0, 2)).toEqual(['network', 'rm'])
    rmSync(join(folder, 'cannot-remove'))
    await once(spawn('docker', containers ?? []), 'close')
    await expect.poll(() => accepts(cluster.node(1).port)).toBe(false)
  })
})

/** The processes of nodes whose command line has this argument, without their supervisors; Linux only. */
function processesOf(argument: string): number[] {
  const lines = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const found = lines.filter(pid => commandLine(pid).includes(argument) && !commandLine(pid).includes('cerci-node'))
  return found.map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // ended meanwhile
  }
}
