/** What prisma asks of its engine, as far as the WebAssembly engine answers it. */
export const engineMethods = [
  'applyMigrations',
  'createMigration',
  'dbExecute',
  'devDiagnostic',
  'diagnoseMigrationHistory',
  'diff',
  'ensureConnectionValidity',
  'evaluateDataLoss',
  'introspect',
  'markMigrationApplied',
  'markMigrationRolledBack',
  'reset',
  'schemaPush',
  'version',
] as const

export type EngineMethod = (typeof engineMethods)[number]

/** The engine, as the glue code presents it. It checks its parameters by itself. */
export type SchemaEngine = Readonly<Record<EngineMethod, (params: unknown) => Promise<unknown>>>

/** A schema file: its path and its text. */
export type Datamodel = readonly [path: string, content: string]

/** The glue code of the engine. */
export interface EngineGlue {
  readonly __wbg_set_wasm: (exports: object) => void
  readonly version: () => string
  readonly SchemaEngine: {
    readonly new: (
      options: { readonly datamodels: readonly Datamodel[] | undefined },
      log: (line: string) => void,
      adapterFactory: object,
    ) => Promise<SchemaEngine>
  }
}

export function isEngineGlue(module: unknown): module is EngineGlue {
  if (typeof module !== 'object' || module === null) return false
  const {
    __wbg_set_wasm: setWasm,
    version,
    SchemaEngine: engine,
  } = new Proxy<Partial<Record<string, unknown>>>(module, {})
  return (
    typeof setWasm === 'function' &&
    typeof version === 'function' &&
    typeof engine === 'function' &&
    engineMethods.every(name => typeof Reflect.get(engine.prototype, name) === 'function')
  )
}
