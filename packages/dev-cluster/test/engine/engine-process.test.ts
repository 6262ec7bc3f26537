import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { Engine, type EngineOptions } from '../../src/engine/engine.js'
import { EngineProcess } from '../../src/engine/engine-process.js'
import { closedAncestor } from '../../src/engine/files/reachable.js'
import { runInitdb } from '../../src/engine/initdb.js'
import { installedNative } from '../../src/engine/native-folder.js'
import { unprivilegedUser } from '../../src/engine/run-user.js'
import { copyTemplate } from '../../src/engine/template/prebuilt-template.js'
import { noPrebuilt, prebuiltTemplate } from './cache.js'
import { temporaryFolder } from './temporary-folder.js'

interface Running {
  readonly child: ChildProcess
  readonly server: number
  readonly folder: string
}

async function runEngine(): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture/run-engine.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, ...(await engineOf(child)) }
}

/** What the process says of its engine when that runs. */
async function engineOf({ stdout }: ChildProcess): Promise<Omit<Running, 'child'>> {
  if (!stdout) throw new Error('the process has no output')
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string]
  const { socketPath, server } = JSON.parse(line) as { socketPath: string; server: number }
  return { server, folder: dirname(socketPath) }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('PostgreSQL ends when the process that started it is killed, and the next start removes what is left', async () => {
  const { child, server, folder } = await runEngine()
  expect(isAlive(server)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => isAlive(server), { timeout: 10_000, interval: 10 }).toBe(false)

  const engine = await Engine.start()
  expect(existsSync(folder)).toBe(false)
  await engine.stop()
})

test('a start leaves the folders of engines that run', async () => {
  const { child, server, folder } = await runEngine()
  const engine = await Engine.start()
  expect(existsSync(folder)).toBe(true)
  expect(isAlive(server)).toBe(true)
  await engine.stop()
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => isAlive(server), { timeout: 10_000, interval: 10 }).toBe(false)
  await (await Engine.start()).stop()
  expect(existsSync(folder)).toBe(false)
})

test('PostgreSQL that does not start is reported with its own words', async () => {
  const folder = temporaryFolder()
  const configFile = join(folder, 'postgresql.conf')
  writeFileSync(configFile, 'nonsense = 1\n')
  chmodSync(configFile, 0o644)
  const native = installedNative().folder
  const server = new EngineProcess({ native, data: folder, configFile, user: unprivilegedUser(), stop: 'immediate' })
  await expect(server.ready()).rejects.toMatchObject({
    code: 'CERCI_ENGINE_START',
    message: expect.stringContaining('nonsense'),
  })
})

test.each<[string, string, (template: string, target: string) => void]>([
  ['bad-template', 'its template cannot be read', template => rmSync(join(template, 'base', '1'), { recursive: true })],
  ['ended', 'its template could not be copied', (_, target) => writeFileSync(target, '')],
])('a copy that fails is told from others: %s', async (kind, reason, spoil) => {
  const folder = temporaryFolder()
  const [template, target] = [join(folder, 'template'), join(folder, 'target')]
  await copyTemplate(await prebuiltTemplate(), template)
  spoil(template, target)
  const [native, data] = [installedNative().folder, join(target, 'data')]
  const user = unprivilegedUser()
  const server = new EngineProcess({ native, data, template, configFile: '/nonexistent', user, stop: 'immediate' })
  await expect(server.ready()).rejects.toMatchObject({
    code: 'CERCI_ENGINE_START',
    message: expect.stringContaining(reason),
  })
  expect(await server.exited).toMatchObject({ kind })
})

test('initdb that fails is reported with its own words', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await expect(runInitdb(installedNative().folder, join(file, 'data'), unprivilegedUser())).rejects.toMatchObject({
    code: 'CERCI_TEMPLATE_BUILD',
    message: expect.stringContaining('initdb'),
  })
})

const stranger = { name: 'stranger', uid: 61_234, gid: 61_234 }

/** An engine of a user that has only a number, as containers give one. */
function runNameless(options: EngineOptions): ChildProcess {
  const cache = join(temporaryFolder(), 'cache')
  mkdirSync(cache)
  chownSync(cache, stranger.uid, stranger.gid)
  const program = join(import.meta.dirname, 'fixture/run-engine.js')
  return spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CERCI_CACHE_DIR: cache, TMPDIR: '/tmp' },
    uid: stranger.uid,
    gid: stranger.gid,
  })
}

describe.skipIf(process.geteuid?.() !== 0 || closedAncestor(import.meta.dirname, stranger))(
  'a user without a name (root only, who can become one)',
  () => {
    test('is told that making the template needs one', async () => {
      const child = runNameless({ prebuilt: noPrebuilt })
      let log = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
      expect(await once(child, 'close')).toEqual([1, null])
      expect(log).toContain("code: 'CERCI_ENGINE_NAMELESS'")
    })

    test('needs none where the template was made in advance', async () => {
      const child = runNameless({ prebuilt: await prebuiltTemplate() })
      const { server, folder } = await engineOf(child)
      expect(isAlive(server)).toBe(true)
      child.kill('SIGKILL')
      await once(child, 'exit')
      await expect.poll(() => existsSync(folder), { timeout: 10_000, interval: 10 }).toBe(false)
    })
  },
)
