import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { pruneCache } from '../../../src/engine/cache/prune-cache.js'
import { Engine } from '../../../src/engine/engine.js'
import { unprivilegedUser } from '../../../src/engine/run-user.js'
import { emptyCache, expectWhole, inCache, noPrebuilt, prebuiltTemplate, spareIn, start } from '../cache.js'

const HOUR_S = 3600

afterEach(() => {
  vi.unstubAllEnvs()
})

/** The cache of an engine that has run, and the spare that it left for the next. */
async function cacheWithSpare(): Promise<{ cache: string; spare: string; inode: number }> {
  const cache = emptyCache()
  const engine = await Engine.start({ prebuilt: await prebuiltTemplate() })
  const spare = await spareIn(cache)
  await engine.stop()
  return { cache, spare, inode: statSync(spare).ino }
}

function dataInode(engine: Engine): number {
  return statSync(join(dirname(engine.socketPath), 'data')).ino
}

/** Waits for something to be made in the cache, and returns while it is. */
async function untilInMaking(cache: string): Promise<void> {
  await expect.poll(() => inCache(cache, 'build-'), { timeout: 60_000, interval: 1 }).not.toEqual([])
}

function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(commandLine)
    .filter(command => command.includes(text))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // ended meanwhile
  }
}

describe('a spare', { timeout: 120_000 }, () => {
  test('is unpacked by one start and used by the next, which makes another', async () => {
    const { cache, inode } = await cacheWithSpare()
    const next = await start({ prebuilt: await prebuiltTemplate() })
    expect(dataInode(next)).toBe(inode)
    await expectWhole(next)
    expect(statSync(await spareIn(cache)).ino).not.toBe(inode)
  })

  test('holds nothing of the engine that it was made beside', async () => {
    const cache = emptyCache()
    const prebuilt = await prebuiltTemplate()
    const first = await start({ prebuilt })
    await first.query('defaultdb', 'CREATE TABLE public.secret AS SELECT 42 AS answer')
    await spareIn(cache)
    const second = await start({ prebuilt })
    await expect(second.query('defaultdb', 'SELECT * FROM public.secret')).rejects.toMatchObject({ code: '42P01' })
    expect(await first.query('defaultdb', 'SELECT answer FROM public.secret')).toEqual([{ answer: '42' }])
  })

  test('is taken by one of two starts that race for it; the other unpacks its own', async () => {
    const { inode } = await cacheWithSpare()
    const prebuilt = await prebuiltTemplate()
    const engines = await Promise.all([start({ prebuilt }), start({ prebuilt })])
    const inodes = engines.map(dataInode)
    expect(new Set(inodes).size).toBe(2)
    expect(inodes).toContain(inode)
    for (const engine of engines) await expectWhole(engine)
  })

  test('that is damaged is thrown away', async () => {
    const { cache, spare, inode } = await cacheWithSpare()
    writeFileSync(join(spare, 'global', 'pg_control'), Buffer.alloc(8192))
    const engine = await start({ prebuilt: await prebuiltTemplate() })
    await expectWhole(engine)
    expect(statSync(await spareIn(cache)).ino).not.toBe(inode)
  })

  test('that is damaged costs the template nothing, which is good', async () => {
    const cache = emptyCache()
    await start({ prebuilt: noPrebuilt })
    writeFileSync(join(await spareIn(cache), 'global', 'pg_control'), Buffer.alloc(8192))
    const [template = ''] = inCache(cache, 'template-')
    const { ino } = statSync(join(cache, template))
    await expectWhole(await start({ prebuilt: noPrebuilt }))
    expect(statSync(join(cache, template)).ino).toBe(ino)
  })

  test('from before the machine last started is not trusted, and goes', async () => {
    const { cache, spare } = await cacheWithSpare()
    utimesSync(spare, 0, 0)
    const engine = await start({ prebuilt: await prebuiltTemplate() })
    await expectWhole(engine)
    await expect.poll(() => existsSync(spare), { timeout: 60_000, interval: 10 }).toBe(false)
    await spareIn(cache)
  })

  test.runIf(unprivilegedUser())("of a stranger is left alone (root only, who can make somebody else's)", async () => {
    const { spare } = await cacheWithSpare()
    chownSync(spare, 54_321, 54_321)
    await expectWhole(await start({ prebuilt: await prebuiltTemplate() }))
    expect(existsSync(spare)).toBe(true)
  })

  test.runIf(process.platform === 'linux')('in the making ends with the engine', async () => {
    const cache = emptyCache()
    const engine = await Engine.start({ prebuilt: await prebuiltTemplate() })
    await untilInMaking(cache)
    await engine.stop()
    expect([inCache(cache, 'build-'), processesNaming(cache)]).toEqual([[], []])
  })

  test('in the making when its process is killed is swept later, and harms no start', async () => {
    const cache = emptyCache()
    const child = spawn(process.execPath, [join(import.meta.dirname, '../fixture/run-engine.js')], { stdio: 'ignore' })
    await untilInMaking(cache)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const anHourAgo = Date.now() / 1000 - HOUR_S
    await expect.poll(() => processesNaming(cache), { timeout: 60_000, interval: 10 }).toEqual([])
    for (const name of inCache(cache, 'build-')) utimesSync(join(cache, name), anHourAgo, anHourAgo)
    await expectWhole(await start({ prebuilt: await prebuiltTemplate() }))
    await spareIn(cache)
    await expect.poll(() => inCache(cache, 'build-'), { timeout: 60_000, interval: 10 }).toEqual([])
  })

  const memory = '/dev/shm'
  test.runIf(existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev)(
    'is not made where it could not be moved from, on another file system',
    async () => {
      const cache = mkdtempSync(join(memory, 'test-'))
      chmodSync(cache, 0o711)
      onTestFinished(() => rmSync(cache, { recursive: true, force: true }))
      vi.stubEnv('CERCI_CACHE_DIR', cache)
      const engine = await start({ prebuilt: await prebuiltTemplate() })
      await expectWhole(engine)
      await engine.stop()
      expect(inCache(cache)).toEqual([])
    },
  )
})

test('a cache keeps the newest few templates and spares, and whatever else is there', async () => {
  const { cache, spare } = await cacheWithSpare()
  const now = Date.now() / 1000
  const made = (name: string, seconds: number) => {
    writeFileSync(join(cache, name), '')
    utimesSync(join(cache, name), seconds, seconds)
  }
  const strangers = ['build-tools', 'spare-parts', 'template-letters']
  for (const name of strangers) made(name, 0)
  const keys = [1, 2, 3, 4, 5].map(age => `${age}`.repeat(16))
  for (const [age, key] of keys.entries()) made(`spare-${key}-0123456789ab`, now - age - 1)
  for (const [age, key] of keys.entries()) made(`template-${key}`, now - age - 1)
  await pruneCache(cache)
  const kept = keys.slice(0, 3).map(key => `spare-${key}-0123456789ab`)
  expect(new Set(inCache(cache, 'spare-'))).toEqual(new Set([...kept, basename(spare), 'spare-parts']))
  expect(inCache(cache, 'template-')).toHaveLength(6) // all were used a moment ago

  for (const key of keys) utimesSync(join(cache, `template-${key}`), now - HOUR_S, now - HOUR_S)
  await pruneCache(cache)
  expect(inCache(cache, 'template-')).toHaveLength(5)
  expect(inCache(cache)).toEqual(expect.arrayContaining(strangers))
})
