import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { cacheFolder } from '../../../src/engine/cache/cache-folder.js'
import { Engine } from '../../../src/engine/engine.js'
import { unprivilegedUser } from '../../../src/engine/run-user.js'
import { copyTemplate } from '../../../src/engine/template/prebuilt-template.js'
import { emptyCache, expectWhole, noPrebuilt, prebuiltTemplate, start } from '../cache.js'
import { temporaryFolder } from '../temporary-folder.js'

const user = unprivilegedUser()
const STRANGER = 54_321

afterEach(() => {
  vi.unstubAllEnvs()
})

function cacheWithMode(mode: number): string {
  const cache = emptyCache()
  mkdirSync(cache)
  chmodSync(cache, mode)
  return cache
}

describe('a cache folder', () => {
  test.each([0o777, 0o775, 0o757])(
    'that others may write to is refused, and how to close it is said (%o)',
    async mode => {
      const cache = cacheWithMode(mode)
      await expect(Engine.start()).rejects.toMatchObject({
        code: 'CERCI_CACHE_UNUSABLE',
        message: expect.stringContaining(`chmod go-w ${cache}`),
      })
      chmodSync(cache, mode & 0o7755)
      expect(cacheFolder(user)).toBe(cache)
    },
  )

  test('is closed to others when it is made, whatever the umask', () => {
    const before = process.umask(0)
    const cache = emptyCache()
    try {
      cacheFolder(user)
    } finally {
      process.umask(before)
    }
    expect(statSync(cache).mode & 0o022).toBe(0)
  })

  test.runIf(user)("that is a stranger's is refused (root only)", async () => {
    const cache = cacheWithMode(0o755)
    chownSync(cache, STRANGER, STRANGER)
    await expect(Engine.start()).rejects.toMatchObject({
      code: 'CERCI_CACHE_UNUSABLE',
      message: expect.stringContaining(`belongs to user id ${STRANGER}`),
    })
  })

  test.skipIf(user)(
    'of a default place that an earlier version left open is closed (not as root, whose is shared)',
    () => {
      const home = temporaryFolder()
      vi.stubEnv('CERCI_CACHE_DIR', undefined)
      vi.stubEnv('XDG_CACHE_HOME', home)
      mkdirSync(join(home, 'cerci'))
      chmodSync(join(home, 'cerci'), 0o775)
      expect(statSync(cacheFolder(user)).mode & 0o777).toBe(0o755)
    },
  )
})

test.runIf(user)(
  'a template that a stranger put in a cache that everybody may add to is not used (root only)',
  { timeout: 120_000 },
  async () => {
    const cache = cacheWithMode(0o1777)
    const key = readFileSync(join(await prebuiltTemplate(), 'cerci-template'), 'utf8').trim()
    const data = join(cache, `template-${key}`, 'data')
    mkdirSync(dirname(data))
    await copyTemplate(await prebuiltTemplate(), data)
    chownSync(dirname(data), STRANGER, STRANGER)
    const { ino } = statSync(dirname(data))
    await expectWhole(await start({ prebuilt: noPrebuilt }))
    const made = statSync(dirname(data))
    expect([made.uid, made.ino === ino]).toEqual([0, false])
  },
)
