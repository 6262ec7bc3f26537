import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '../run.js'

/** The examples of docs/faults.md do what they say. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/faults.md'), 'utf8')

/** Inside the package, so that the programs' imports are resolved. */
const folder = mkdtempSync(join(import.meta.dirname, 'example-'))
let cluster: DevCluster

beforeAll(async () => {
  cluster = await DevCluster.start({ nodes: 3 })
  vi.stubEnv('CERCI_ADMIN_URL', cluster.adminUrl)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
  await cluster.stop()
})

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code)
}

test.each(blocks('ts').map((code, index) => [index, code] as const))('program %i runs', async (index, code) => {
  const file = join(folder, `${index}.ts`)
  writeFileSync(file, `${code}\nexport {}\n`)
  await expect(import(/* @vite-ignore */ file)).resolves.toBeDefined()
})

test('the commands work, one after the other', async () => {
  const commands = blocks('sh').flatMap(block =>
    block
      .trim()
      .split('\n')
      .map(line => line.replace(/ +#.*/, '')),
  )
  expect(commands.length).toBeGreaterThan(5)
  for (const command of commands) {
    const [program, ...given] = command.match(/'[^']*'|[^ ]+/g) ?? []
    expect(program).toBe('cerci')
    const result = await run(...given.map(word => word.replaceAll("'", '')))
    expect({ command, ...result }).toMatchObject({ code: 0, err: [] })
  }
  expect(cluster.faults.active).toBe(false)
})
