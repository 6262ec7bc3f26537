import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { unprivilegedUser } from '../../../src/engine/run-user.js'
import { prebuildTemplate } from '../../../src/engine/template/prebuild-template.js'
import { copyTemplate } from '../../../src/engine/template/prebuilt-template.js'
import { emptyCache, expectWhole, inCache, noPrebuilt, prebuiltTemplate, spareIn, start } from '../cache.js'
import { temporaryFolder } from '../temporary-folder.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

// Each makes a template, which takes half a second on a machine at rest.
describe('the template', { timeout: 120_000 }, () => {
  test('is made once by processes that race for it', async () => {
    const cache = emptyCache()
    const steps: string[] = []
    const onProgress = (step: string) => steps.push(step)
    const engines = await Promise.all([1, 2].map(() => start({ prebuilt: noPrebuilt, onProgress })))
    for (const engine of engines) await expectWhole(engine)
    expect(inCache(cache, 'template-')).toHaveLength(1)
    expect(steps).toHaveLength(2)
  })

  test.each<[string, (data: string) => void]>([
    ['a file is missing', data => rmSync(join(data, 'global', 'pg_control'))],
    ['a folder to unpack is missing', data => rmSync(join(data, 'base', '1'), { recursive: true })],
    [
      'PostgreSQL does not start from it',
      data => writeFileSync(join(data, 'global', 'pg_control'), Buffer.alloc(8192)),
    ],
  ])('is made again when %s', async (_, damage) => {
    const cache = emptyCache()
    const key = readFileSync(join(await prebuiltTemplate(), 'cerci-template'), 'utf8').trim()
    const data = join(cache, `template-${key}`, 'data')
    mkdirSync(dirname(data), { recursive: true })
    await copyTemplate(await prebuiltTemplate(), data)
    damage(data)
    await expectWhole(await start({ prebuilt: noPrebuilt }))
    expect(inCache(cache, 'template-')).toEqual([`template-${key}`])
  })

  test('stays, and so do spares, when an existing store is what does not start', async () => {
    const cache = emptyCache()
    const store = join(temporaryFolder(), 'store')
    await (await start({ prebuilt: noPrebuilt, store })).stop()
    await start({ prebuilt: noPrebuilt })
    const spare = await spareIn(cache)
    const [template = ''] = inCache(cache, 'template-')
    const inodes = () => [join(cache, template), spare].map(path => statSync(path).ino)
    const before = inodes()
    writeFileSync(join(store, 'data', 'global', 'pg_control'), Buffer.alloc(8192))
    await expect(start({ prebuilt: noPrebuilt, store })).rejects.toMatchObject({ code: 'CERCI_ENGINE_START' })
    expect(inodes()).toEqual(before)
  })

  test('is made again when a new store does not start from it, and the store is filled again', async () => {
    const damaged = join(temporaryFolder(), 'template')
    await copyTemplate(await prebuiltTemplate(), damaged)
    writeFileSync(join(damaged, 'global', 'pg_control'), Buffer.alloc(8192))
    emptyCache()
    const store = join(temporaryFolder(), 'store')
    await expectWhole(await start({ prebuilt: damaged, store }))
    expect(readdirSync(store)).toEqual(['data'])
  })

  test('is made again when a file in it cannot be read', async () => {
    const damaged = join(temporaryFolder(), 'template')
    await copyTemplate(await prebuiltTemplate(), damaged)
    chmodSync(join(damaged, 'global', 'pg_filenode.map'), 0)
    const cache = emptyCache()
    await expectWhole(await start({ prebuilt: damaged }))
    expect(inCache(cache, 'template-')).toHaveLength(1)
    const store = join(temporaryFolder(), 'store')
    await expectWhole(await start({ prebuilt: damaged, store }))
  })

  test('holds each file once, and none that PostgreSQL makes by itself', async () => {
    const data = await prebuiltTemplate()
    expect(readdirSync(join(data, 'base'))).toEqual(['1'])
    for (const folder of ['global', 'base/1']) {
      const files = readdirSync(join(data, folder))
      expect(files.filter(name => name.endsWith('_fsm') || name.endsWith('_vm') || name.endsWith('.init'))).toEqual([])
    }
  })

  test('has its databases in the catalogs as CREATE DATABASE makes them', async () => {
    emptyCache()
    const engine = await start({ prebuilt: await prebuiltTemplate() })
    await engine.query('system', 'CREATE DATABASE created OWNER root')
    const names = ['created', 'defaultdb', 'postgres', 'system']
    const rows = await engine.query(
      'system',
      `SELECT datname, to_jsonb(d) - 'oid' - 'datname' AS properties,
        (SELECT jsonb_agg(to_jsonb(s) - 'dbid' ORDER BY to_jsonb(s) - 'dbid') FROM pg_shdepend s WHERE dbid = d.oid) AS within,
        (SELECT jsonb_agg(to_jsonb(s) - 'objid') FROM pg_shdepend s WHERE classid = 'pg_database'::regclass AND objid = d.oid) AS owner
        FROM pg_database d WHERE datname = ANY($1) ORDER BY 1`,
      [`{${names.join(',')}}`],
    )
    const [{ datname: _, ...created } = {}] = rows
    expect(created.owner).toContain('"refclassid"')
    expect(rows).toEqual(names.map(datname => ({ datname, ...created })))
  })

  test('is read by every user, whatever the umask was', async () => {
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    const data = join(temporaryFolder(), 'template')
    await prebuildTemplate(data)
    for (const name of ['cerci-template', 'base/1/PG_VERSION']) expect(statSync(join(data, name)).mode & 0o004).toBe(4)
    emptyCache()
    await expectWhole(await start({ prebuilt: data }))
  })

  test('needs a cache folder that can be written', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    vi.stubEnv('CERCI_CACHE_DIR', join(file, 'cache'))
    await expect(start()).rejects.toMatchObject({ code: 'CERCI_CACHE_UNUSABLE' })
  })
})

describe('a template made in advance', { timeout: 120_000 }, () => {
  test('is used where it is', async () => {
    const cache = emptyCache()
    const steps: string[] = []
    await expectWhole(await start({ prebuilt: await prebuiltTemplate(), onProgress: step => steps.push(step) }))
    expect([inCache(cache, 'template-'), steps]).toEqual([[], []])
  })

  test('is made once, and again when what it is made of has changed', async () => {
    const data = join(temporaryFolder(), 'template')
    await copyTemplate(await prebuiltTemplate(), data)
    const made = statSync(data).ino
    await prebuildTemplate(data)
    expect(statSync(data).ino).toBe(made)
    writeFileSync(join(data, 'cerci-template'), 'older\n')
    await prebuildTemplate(data)
    expect(readFileSync(join(data, 'cerci-template'), 'utf8')).toMatch(/^[0-9a-f]{16}\n$/)
  })

  test('loses its empty folders in an npm package, and has them again where it is unpacked', async () => {
    const data = join(temporaryFolder(), 'template')
    await copyTemplate(await prebuiltTemplate(), data)
    removeEmptyFolders(data)
    expect(existsSync(join(data, 'pg_notify'))).toBe(false)
    emptyCache()
    await expectWhole(await start({ prebuilt: data }))
  })

  test.each<[string, (data: string) => void]>([
    ['of another version', data => writeFileSync(join(data, 'cerci-template'), 'older\n')],
    ['that is damaged', data => writeFileSync(join(data, 'global', 'pg_control'), Buffer.alloc(8192))],
  ])('%s is passed over, and left as it is', async (_, damage) => {
    const data = join(temporaryFolder(), 'template')
    await copyTemplate(await prebuiltTemplate(), data)
    damage(data)
    const cache = emptyCache()
    await expectWhole(await start({ prebuilt: data }))
    expect(inCache(cache, 'template-')).toHaveLength(1)
    expect(existsSync(join(data, 'global', 'pg_control'))).toBe(true)
  })

  test.skipIf(!unprivilegedUser())(
    'under a folder that only root may enter is copied to the cache (root only)',
    async () => {
      const closed = temporaryFolder()
      await copyTemplate(await prebuiltTemplate(), join(closed, 'template'))
      chmodSync(closed, 0o700)
      const cache = emptyCache()
      const steps: string[] = []
      const onProgress = (step: string) => steps.push(step)
      await expectWhole(await start({ prebuilt: join(closed, 'template'), onProgress }))
      expect([inCache(cache, 'template-').length, steps]).toEqual([1, []])
    },
  )
})

/** As npm does when it packs a folder. */
function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name))
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
