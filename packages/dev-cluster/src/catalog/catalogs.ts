import { builtinFunctionsQuery, catalogQuery } from './catalog-query.js'
import { parseSnapshot } from './parse-snapshot.js'
import type { CatalogSnapshot } from './snapshot.js'

/** The part of the engine that the catalog needs: queries as superuser, all values as text. */
export interface CatalogSource {
  query(database: string, sql: string, values?: readonly unknown[]): Promise<Record<string, string | null>[]>
}

interface Entry {
  /** Bumped by every invalidation, so that a load begun before one is not kept as current. */
  generation: number
  snapshot?: CatalogSnapshot
  loading?: Promise<CatalogSnapshot>
}

/** Snapshots of the databases' catalogs, loaded when asked for, kept until invalidated. */
export class Catalogs {
  readonly #engine: CatalogSource
  readonly #entries = new Map<string, Entry>()
  #lastVersion = 0
  #builtinFunctions: Promise<ReadonlySet<string>> | undefined

  constructor(engine: CatalogSource) {
    this.#engine = engine
  }

  /** The snapshot of a database that is current at the time of the call. Concurrent callers share one load. */
  async current(database: string): Promise<CatalogSnapshot> {
    const entry = this.#entry(database)
    if (entry.snapshot) return entry.snapshot
    entry.loading ??= this.#load(database, entry)
    return entry.loading
  }

  /** The snapshot, if it is at hand and not invalidated. */
  peek(database: string): CatalogSnapshot | undefined {
    return this.#entries.get(database)?.snapshot
  }

  /** Says that a database's catalog has changed: whoever asks from now on gets a snapshot read from now on. */
  invalidate(database: string): void {
    const entry = this.#entry(database)
    entry.generation++
    delete entry.snapshot
    delete entry.loading
  }

  /** Says that the list of databases has changed, which every snapshot holds. */
  invalidateAll(): void {
    for (const database of this.#entries.keys()) this.invalidate(database)
  }

  /** Drops what is known of a database that is gone. */
  forget(database: string): void {
    this.invalidate(database)
    this.#entries.delete(database)
    this.invalidateAll()
  }

  #entry(database: string): Entry {
    let entry = this.#entries.get(database)
    if (!entry) this.#entries.set(database, (entry = { generation: 0 }))
    return entry
  }

  async #load(database: string, entry: Entry): Promise<CatalogSnapshot> {
    const { generation } = entry
    try {
      const [[row], builtinFunctions] = await Promise.all([
        this.#engine.query(database, catalogQuery),
        this.#loadBuiltinFunctions(database),
      ])
      const snapshot = parseSnapshot(database, ++this.#lastVersion, row?.snapshot ?? '', builtinFunctions)
      if (entry.generation === generation) entry.snapshot = snapshot
      return snapshot
    } finally {
      if (entry.generation === generation) delete entry.loading
    }
  }

  /** They are the same in every database, so the first one asked tells for all. */
  #loadBuiltinFunctions(database: string): Promise<ReadonlySet<string>> {
    this.#builtinFunctions ??= this.#engine.query(database, builtinFunctionsQuery).then(
      rows => new Set(rows.map(row => row.name ?? '')),
      (error: unknown) => {
        this.#builtinFunctions = undefined
        throw error
      },
    )
    return this.#builtinFunctions
  }
}
