import type { Datamodel, EngineMethod, SchemaEngine } from '../load/schema-engine.js'
import { engineMethods } from '../load/schema-engine.js'
import { PrismaEngineError } from '../prisma-engine-error.js'
import type { EngineSession } from '../session/engine-session.js'
import { introspected, introspectionFor } from './introspection.js'
import { forEngine, forPrisma } from './migration-lockfile.js'

/** What a service answers with, beside results. */
export interface ServiceParts {
  readonly session: EngineSession
  /** Makes the engine, for schema files; it connects at once. */
  readonly createEngine: (datamodels: readonly Datamodel[]) => Promise<SchemaEngine>
  /** Schema files that prisma named at the start; for some commands it only sends them in requests. */
  readonly datamodels: readonly Datamodel[]
  readonly print: (content: string) => void
}

/** Answers prisma's requests by the WebAssembly engine, under the migration lock where they change or try something. */
export class EngineService {
  readonly #parts: ServiceParts
  #engine: Promise<SchemaEngine> | undefined
  #diagnosed = false

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  async answer(method: string, params: unknown): Promise<unknown> {
    const name = method === 'getDatabaseVersion' ? 'version' : engineMethods.find(each => each === method)
    if (name === undefined)
      throw new PrismaEngineError('CERCI_PRISMA_UNSUPPORTED', {
        what: requestNames[method] ?? `prisma's request '${method}'`,
        next: 'Run `prisma` directly for it, which downloads its engine.',
      })
    this.#engine ??= this.#parts.createEngine(
      this.#parts.datamodels.length > 0 ? this.#parts.datamodels : datamodelsIn(params),
    )
    const engine = await this.#engine
    if (needsLock(name, params)) await this.#parts.session.lock()
    if (needsDiagnosis(name) && !this.#diagnosed) await engine.devDiagnostic(diagnosisOf(params))
    const result = await engine[name](toEngine(name, params))
    this.#diagnosed = name === 'devDiagnostic' || (this.#diagnosed && name !== 'applyMigrations')
    return this.#finish(name, result)
  }

  /** The downloaded engine prints a diff by itself, and names CockroachDB in the lockfile. */
  #finish(name: EngineMethod, result: unknown): unknown {
    if (name === 'createMigration') return forPrisma(result)
    if (name === 'introspect') return introspected(result)
    if (name !== 'diff' || typeof result !== 'object' || result === null || !('stdout' in result)) return result
    if (typeof result.stdout === 'string') this.#parts.print(result.stdout.replace(/\n$/, ''))
    return { ...result, stdout: null }
  }
}

/** The engine can open a shadow database for these only after it has done so for a diagnosis, and forgets it when it applies migrations. */
function needsDiagnosis(name: EngineMethod): boolean {
  return name === 'createMigration' || name === 'evaluateDataLoss'
}

function diagnosisOf(params: unknown): unknown {
  const { migrationsList, filters } = Object.fromEntries<unknown>(Object.entries(params ?? {}))
  return forEngine({ migrationsList, filters })
}

function toEngine(name: EngineMethod, params: unknown): unknown {
  if (name === 'introspect') return introspectionFor(params)
  // A diff takes its dialect from the lockfile, and only so knows CockroachDB's types.
  return name === 'diff' ? params : forEngine(params)
}

/** The WebAssembly engine has the request, and calls itself without end. */
const requestNames: Readonly<Record<string, string>> = { introspectSql: 'TypedSQL (`generate --sql`)' }

/** Everything that writes, or that makes a shadow database. */
function needsLock(name: EngineMethod, params: unknown): boolean {
  if (name === 'diff') return ['from', 'to'].some(side => fieldOf(fieldOf(params, side), 'tag') === 'migrations')
  if (name === 'diagnoseMigrationHistory') return fieldOf(params, 'optInToShadowDatabase') === true
  return !readOnlyMethods.has(name)
}

const readOnlyMethods: ReadonlySet<EngineMethod> = new Set([
  'dbExecute', // whatever it does, it is one script that the user wrote
  'ensureConnectionValidity',
  'introspect',
  'version',
])

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** The schema files that a request carries: `files: [{ path, content }]`, at whatever depth. */
function datamodelsIn(params: unknown): Datamodel[] {
  if (typeof params !== 'object' || params === null) return []
  const { path, content } = Object.fromEntries<unknown>(Object.entries(params))
  if (typeof path === 'string' && typeof content === 'string' && path.endsWith('.prisma')) return [[path, content]]
  return Object.values(params).flatMap(datamodelsIn)
}
