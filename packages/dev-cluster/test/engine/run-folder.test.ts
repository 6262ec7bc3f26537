import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeRunFolder, removeStaleRunFolders } from '../../src/engine/run-folder.js'
import { lendFolder, unprivilegedUser } from '../../src/engine/run-user.js'
import { temporaryFolder } from './temporary-folder.js'

const user = unprivilegedUser()
const isRoot = user !== undefined
/** A user that is neither this one nor the one as which PostgreSQL runs. */
const STRANGER = 54_321
/** Above the highest number that a system gives to a process. */
const GONE = 4_194_305

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Stands for the system's temporary folder in one test. */
function systemFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o1777)
  vi.stubEnv('TMPDIR', folder)
  return folder
}

/** The folder of an engine whose process is gone. */
function leftFolder(parent: string, dataIn: (folder: string) => string): string {
  const folder = mkdtempSync(join(parent, 'cerci-'))
  const namespace = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : ''
  writeFileSync(join(folder, 'owner'), `${GONE} 1 ${namespace}\n${dataIn(folder)}\n`)
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/** A process that names the folder in its command line, as PostgreSQL does. */
function serverOn(data: string, uid: number | undefined): ChildProcess {
  mkdirSync(data, { recursive: true })
  const server = spawn('/bin/sh', ['-c', 'echo ready; while :; do sleep 1; done', 'server', '-D', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(uid !== undefined && { uid }),
  })
  onTestFinished(() => void server.kill('SIGKILL'))
  return server
}

/** Starts a server on the folder's data, and leaves the file that names it. */
async function running(data: string, uid = user?.uid): Promise<ChildProcess> {
  const server = serverOn(data, uid)
  if (server.stdout) await once(server.stdout, 'data')
  writeFileSync(join(data, 'postmaster.pid'), `${server.pid}\n`)
  return server
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null
}

describe('a folder of a process that is gone', () => {
  test('is removed', async () => {
    const folder = leftFolder(systemFolder(), own => join(own, 'data'))
    await removeStaleRunFolders(user)
    expect(existsSync(folder)).toBe(false)
  })

  test.runIf(process.platform === 'linux')('is removed after ending what runs in it', async () => {
    const folder = leftFolder(systemFolder(), own => join(own, 'data'))
    const server = await running(join(folder, 'data'))
    const exited = once(server, 'exit')
    await removeStaleRunFolders(user)
    expect(await exited).toEqual([null, 'SIGQUIT'])
    expect(existsSync(folder)).toBe(false)
  })

  test('is kept while its process runs', async () => {
    systemFolder()
    const { folder } = makeRunFolder(user)
    await removeStaleRunFolders(user)
    expect(existsSync(folder)).toBe(true)
  })

  test.each([
    ['no data folder', ''],
    ['a relative one', 'data'],
    ['one that leads out of it', '/tmp/cerci-left/../other'],
  ])('that names %s is left alone', async (_, data) => {
    const folder = leftFolder(systemFolder(), () => data)
    await removeStaleRunFolders(user)
    expect(existsSync(folder)).toBe(true)
  })

  test('that is a link is left alone, and so is what it leads to', async () => {
    const parent = systemFolder()
    const target = leftFolder(temporaryFolder(), own => join(own, 'data'))
    symlinkSync(target, join(parent, 'cerci-link'))
    await removeStaleRunFolders(user)
    expect([existsSync(join(parent, 'cerci-link')), existsSync(target)]).toEqual([true, true])
  })
})

describe.runIf(isRoot && process.platform === 'linux')('as root', () => {
  test('a new folder is closed to the run user until it is lent', async () => {
    systemFolder()
    const { folder } = makeRunFolder(user)
    const plant = () =>
      execFileSync('ln', ['-s', '/dev/null', join(folder, 'postgresql.conf')], { ...user, stdio: 'pipe' })
    expect(plant).toThrow('Permission denied')
    await lendFolder(folder, user)
    plant()
    expect(lstatSync(join(folder, 'postgresql.conf')).isSymbolicLink()).toBe(true)
  })

  test("a stranger's folder is left alone, and so is the process that it names", async () => {
    const folder = leftFolder(systemFolder(), own => join(own, 'data'))
    const server = await running(join(folder, 'data'))
    chownSync(join(folder, 'owner'), STRANGER, STRANGER)
    chownSync(folder, STRANGER, STRANGER)
    await removeStaleRunFolders(user)
    expect([existsSync(folder), isRunning(server)]).toEqual([true, true])
  })

  test("a stranger's word in a folder of ours is not taken", async () => {
    const folder = leftFolder(systemFolder(), own => join(own, 'data'))
    chownSync(join(folder, 'owner'), STRANGER, STRANGER)
    await removeStaleRunFolders(user)
    expect(existsSync(folder)).toBe(true)
  })

  test('data elsewhere counts only when this user recorded it', async () => {
    const store = join(temporaryFolder(), 'store')
    const server = await running(store)
    const exited = once(server, 'exit')
    const folder = leftFolder(systemFolder(), () => store)
    const owner = join(folder, 'owner')
    chownSync(owner, user?.uid ?? 0, user?.gid ?? 0)
    await removeStaleRunFolders(user)
    expect([existsSync(folder), isRunning(server)]).toEqual([true, true])

    chownSync(owner, 0, 0)
    await removeStaleRunFolders(user)
    expect(await exited).toEqual([null, 'SIGQUIT'])
    expect([existsSync(folder), existsSync(store)]).toEqual([false, true])
  })

  test("a process that is not the run user's is never ended", async () => {
    const folder = leftFolder(systemFolder(), own => join(own, 'data'))
    const server = await running(join(folder, 'data'), STRANGER)
    await removeStaleRunFolders(user)
    expect(isRunning(server)).toBe(true)
  })
})
