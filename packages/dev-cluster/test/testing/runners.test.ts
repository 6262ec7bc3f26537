import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, inject, test, vi } from 'vitest'

const sample = join(import.meta.dirname, 'sample')
const require = createRequire(import.meta.url)
const vitest = [
  join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
  'run',
  '--config',
  'vitest/vitest.config.js',
]
const jest = [join(dirname(require.resolve('jest/package.json')), 'bin/jest.js'), '--config', 'jest/jest.config.js']
const nodeTest = ['node/run.js', 'node/one.spec.js', 'node/two.spec.js']

/** What a run of the sample project's tests says, and how it ends. It is a run of its own, not a part of this one. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; output: string }> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV|NODE_OPTIONS|CERCI_TEST_)/.test(name),
  )
  const child = spawn(process.execPath, args, {
    cwd: sample,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code]: unknown[] = await once(child, 'close')
  return { code, output }
}

// A run is several processes, each of which starts others.
vi.setConfig({ testTimeout: 120_000 })

const esModules = { NODE_OPTIONS: '--experimental-vm-modules' }

// The files of the sample take money from the same account of their own database; in a shared one they would disturb each other.
describe('the sample project’s tests share one cluster, and each file or test has a database of its own', () => {
  test.each(['forks', 'threads'])('under Vitest, with workers that are %s', async SAMPLE_POOL => {
    const { code, output } = await run(vitest, { SAMPLE_POOL })
    expect(output).toMatch(/Tests\s+6 passed/)
    expect(code).toBe(0)
  })

  test('under Jest', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'cerci-jest-'))
    const { code, output } = await run([...jest, '--cacheDirectory', cache], esModules)
    rmSync(cache, { recursive: true })
    expect(output).toMatch(/Tests:\s+6 passed, 6 total/)
    expect(code).toBe(0)
  })

  test('under node:test', async () => {
    const { code, output } = await run(nodeTest)
    expect(output).toMatch(/# pass 6\n# fail 0/)
    expect(code).toBe(0)
  })

  test('on a cluster that the environment names, by SQL', async () => {
    const { code, output } = await run(nodeTest, { CERCI_TEST_URL: inject('clusterUrl') })
    expect(output).toMatch(/# pass 6\n# fail 0/)
    expect(code).toBe(0)
  })
})

test('a failing run of node:test fails', async () => {
  const { code } = await run(['node/run.js', 'node/missing.spec.js'])
  expect(code).toBe(1)
})

test('tests without a set-up are told of it', async () => {
  const { code, output } = await run(['--test', 'node/one.spec.js'])
  expect(output).toContain('CERCI_TEST_CLUSTER_MISSING')
  expect(code).toBe(1)
})
