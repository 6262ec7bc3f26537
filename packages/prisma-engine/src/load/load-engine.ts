import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { PrismaEngineError } from '../prisma-engine-error.js'
import type { PrismaPackages } from './locate-packages.js'
import { pins } from './pins.js'
import { type EngineGlue, isEngineGlue } from './schema-engine.js'
import { smokeTest } from './smoke-test.js'

/** A loaded engine, and what it panicked with, if it did. After a panic it is of no further use. */
export interface LoadedEngine {
  readonly glue: EngineGlue
  readonly panic: () => string | undefined
}

/**
 * Loads Prisma's engine and tries it on a schema.
 *
 * @throws PrismaEngineError `CERCI_PRISMA_ENGINE_BROKEN`
 */
export async function loadEngine(packages: PrismaPackages): Promise<LoadedEngine> {
  const engine = loaded.get(packages.glue) ?? load(packages)
  loaded.set(packages.glue, engine)
  return await engine
}

/** The glue code drives one instance in a process: a second one would take over the first one's objects. */
const loaded = new Map<string, Promise<LoadedEngine>>()

async function load(packages: PrismaPackages): Promise<LoadedEngine> {
  let panic: string | undefined
  // The engine's own name for where its panic hook leaves the message.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => (panic = message) } })
  try {
    const glue = await instantiate(packages)
    if (glue.version() !== pins.engineCommit) throw new Error(`it was built from commit ${glue.version()}`)
    await smokeTest(glue)
    return { glue, panic: () => panic }
  } catch (error) {
    const reason = panic ?? (error instanceof Error ? error.message : String(error))
    throw new PrismaEngineError('CERCI_PRISMA_ENGINE_BROKEN', { ...pins, reason }, error)
  }
}

/** What is used here of Node's global, which its types leave to those of browsers. */
declare const WebAssembly: {
  readonly compile: (bytes: Uint8Array) => Promise<object>
  readonly instantiate: (
    module: object,
    imports: object,
  ) => Promise<{ readonly exports: Readonly<Record<string, unknown>> }>
  readonly Module: { readonly imports: (module: object) => readonly { readonly name: string }[] }
}

async function instantiate({ wasm, glue: path }: PrismaPackages): Promise<EngineGlue> {
  const glue: unknown = await import(pathToFileURL(path).href)
  if (!isEngineGlue(glue)) throw new Error(`${path} is not the code that drives the engine`)
  const module = await WebAssembly.compile(await readFile(wasm))
  const missing = WebAssembly.Module.imports(module).filter(({ name }) => !(name in glue))
  if (missing.length > 0) throw new Error(`it asks for ${missing.map(({ name }) => name).join(', ')}`)
  const { exports } = await WebAssembly.instantiate(module, {
    './schema_engine_bg.js': Object.fromEntries(
      Object.entries(glue).map(([name, value]) => [name, name.startsWith('__wbg_setTimeout_') ? unheld(value) : value]),
    ),
  })
  const { __wbg_set_wasm: setWasm } = glue
  setWasm(exports)
  const { __wbindgen_start: start } = exports
  if (typeof start !== 'function') throw new Error('it has no start function')
  start()
  return glue
}

/** Timers that hold no process: the engine leaves a warning for after a minute set when it is done, for which everybody would wait. */
function unheld(setTimer: unknown): unknown {
  if (typeof setTimer !== 'function') return setTimer
  return (...call: unknown[]): unknown => {
    const timer: unknown = Reflect.apply(setTimer, undefined, call)
    return timer instanceof Object && 'unref' in timer && typeof timer.unref === 'function' ? timer.unref() : timer
  }
}
