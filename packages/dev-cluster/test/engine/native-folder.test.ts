import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installedNative, usableNative } from '../../src/engine/native-folder.js'
import { unprivilegedUser } from '../../src/engine/run-user.js'
import { temporaryFolder } from './temporary-folder.js'

const user = unprivilegedUser()

/** The package as npm unpacks it when no install script runs: without links. */
function packageWithoutLinks(): string {
  const folder = join(temporaryFolder(), 'native')
  execFileSync('cp', ['-R', installedNative().folder, folder])
  for (const name of readdirSync(join(folder, 'lib'))) {
    const path = join(folder, 'lib', name)
    if (lstatSync(path).isSymbolicLink()) rmSync(path)
  }
  return folder
}

function runs(folder: string): string {
  return execFileSync(join(folder, 'bin', 'postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    stdio: 'pipe',
    ...(user && { uid: user.uid, gid: user.gid }),
  })
}

describe('usableNative', () => {
  test('makes the library links that an install script would have made', async () => {
    const folder = packageWithoutLinks()
    expect(() => runs(folder)).toThrow('shared libraries')
    const cache = join(temporaryFolder(), 'cache')
    expect(await usableNative({ folder, version: '1' }, cache, user)).toEqual({ folder, version: '1' })
    expect(runs(folder)).toContain('PostgreSQL')
    expect(existsSync(cache)).toBe(false)
  })

  test.skipIf(!user)('copies what lies under a folder that only root may enter (root only)', async () => {
    const folder = packageWithoutLinks()
    for (const closed of ['bin/postgres', 'share', 'lib', 'bin', '.', '..']) chmodSync(join(folder, closed), 0o700)
    expect(() => runs(folder)).toThrow('EACCES')
    const cache = temporaryFolder()
    const usable = await Promise.all([1, 2].map(() => usableNative({ folder, version: '1' }, cache, user)))
    for (const native of usable) expect(runs(native.folder)).toContain('PostgreSQL')
    expect(readdirSync(cache)).toEqual(['engine-1'])
  })

  test.skipIf(!user)("does not run a copy in the cache that is somebody else's (root only)", async () => {
    const folder = packageWithoutLinks()
    chmodSync(folder, 0o700)
    const cache = temporaryFolder()
    mkdirSync(join(cache, 'engine-1', 'native'), { recursive: true })
    chownSync(join(cache, 'engine-1'), 54_321, 54_321)
    await expect(usableNative({ folder, version: '1' }, cache, user)).rejects.toMatchObject({
      code: 'CERCI_CACHE_UNUSABLE',
      message: expect.stringContaining("engine-1 in it is somebody else's"),
    })
    expect(readdirSync(cache)).toEqual(['engine-1'])
  })

  test.skipIf(user)(
    'copies what cannot be given its links, being read-only (not as root, who may write everywhere)',
    async () => {
      const folder = packageWithoutLinks()
      chmodSync(join(folder, 'lib'), 0o555)
      const native = await usableNative({ folder, version: '1' }, temporaryFolder(), user)
      chmodSync(join(folder, 'lib'), 0o755)
      expect(native.folder).not.toBe(folder)
      expect(runs(native.folder)).toContain('PostgreSQL')
    },
  )
})

describe('installedNative', () => {
  test.each([
    ['sunos-x64', 'CERCI_ENGINE_UNSUPPORTED'],
    ['win32-x64', 'CERCI_ENGINE_UNSUPPORTED'],
    ['darwin-arm64', 'CERCI_ENGINE_MISSING'],
  ])('says what to do on %s', (platform, code) => {
    if (platform === `${process.platform}-${process.arch}`) return
    expect(() => installedNative(platform)).toThrow(expect.objectContaining({ code }))
  })

  test('names the loader that a machine without glibc lacks', () => {
    const foreign = process.arch === 'arm64' ? 'linux-x64' : 'linux-arm64'
    expect(() => installedNative(foreign)).toThrow(expect.objectContaining({ code: 'CERCI_ENGINE_LIBC' }))
  })
})
