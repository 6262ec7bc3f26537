import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, vi } from 'vitest'
import { Engine, type EngineOptions } from '../../src/engine/engine.js'
import { prebuildTemplate } from '../../src/engine/template/prebuild-template.js'
import { temporaryFolder } from './temporary-folder.js'

/** Stands for a package whose build made no template. */
export const noPrebuilt = '/nonexistent'

const folder = join(tmpdir(), `test-${randomBytes(6).toString('hex')}`)
let prebuilt: Promise<string> | undefined

/** A template made in advance, for a whole test file, which must not change it. */
export function prebuiltTemplate(): Promise<string> {
  prebuilt ??= makePrebuilt()
  return prebuilt
}

async function makePrebuilt(): Promise<string> {
  mkdirSync(folder)
  chmodSync(folder, 0o711)
  await prebuildTemplate(join(folder, 'template'))
  return join(folder, 'template')
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Uses an empty cache folder for one test. */
export function emptyCache(): string {
  const cache = join(temporaryFolder(), 'cache')
  vi.stubEnv('CERCI_CACHE_DIR', cache)
  return cache
}

/** What is in the cache, beside a copy of the engine. */
export function inCache(cache: string, prefix = ''): string[] {
  return readdirSync(cache).filter(name => name.startsWith(prefix) && !name.startsWith('engine-'))
}

export async function start(options: EngineOptions = {}): Promise<Engine> {
  const engine = await Engine.start(options)
  onTestFinished(() => engine.stop())
  return engine
}

/** Every database of a new cluster can be used and belongs to root, and can be copied. */
export async function expectWhole(engine: Engine): Promise<void> {
  const names = ['defaultdb', 'postgres', 'system']
  for (const name of names) {
    const rows = await engine.query(name, 'SELECT name FROM crdb_internal.cerci_databases ORDER BY 1')
    expect(rows).toEqual(names.map(each => ({ name: each })))
    await engine.query(name, 'CREATE TABLE public.whole AS SELECT 1 AS one')
  }
  const owners = await engine.query(
    'system',
    'SELECT datname, datdba::regrole, datistemplate, datallowconn, datacl FROM pg_database WHERE NOT datistemplate ORDER BY 1',
  )
  const owned = { datdba: 'root', datistemplate: 'f', datallowconn: 't', datacl: null }
  expect(owners).toEqual(names.map(datname => ({ datname, ...owned })))
  await engine.query('system', 'CREATE DATABASE copied STRATEGY file_copy')
  expect(await engine.query('copied', 'SELECT 1 AS one')).toEqual([{ one: '1' }])
}

/** Waits until a start has unpacked a data folder for the next. */
export async function spareIn(cache: string): Promise<string> {
  await expect.poll(() => inCache(cache, 'spare-'), { timeout: 60_000, interval: 10 }).toHaveLength(1)
  return join(cache, inCache(cache, 'spare-')[0] ?? '')
}
