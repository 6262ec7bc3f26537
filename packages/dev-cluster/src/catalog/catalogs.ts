import { builtinFunctionsQuery, catalogQuery, printExpressionsQuery } from './catalog-query.js'
import { createSnapshot } from './create-snapshot.js'
import { type ParsedCatalog, parseCatalog } from './parse-catalog.js'
import type { CatalogSnapshot, TableInfo } from './snapshot.js'

/** The part of the engine that the catalog needs: queries as superuser, all values as text. */
export interface CatalogSource {
  query(database: string, sql: string, values?: readonly string[]): Promise<Record<string, string | null>[]>
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
  /** CockroachDB's print of check expressions by PostgreSQL's: printing is the slowest part of a load. */
  readonly #printed = new Map<string, string>()

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
      const [row] = await this.#engine.query(database, catalogQuery)
      // Only after the database has answered: a database that fails must not fail this for the others.
      const builtinFunctions = await this.#loadBuiltinFunctions(database)
      const catalog = parseCatalog(row?.snapshot ?? '')
      const tables = await this.#printChecks(database, catalog)
      const snapshot = createSnapshot(database, ++this.#lastVersion, { ...catalog, tables }, builtinFunctions)
      if (entry.generation === generation) entry.snapshot = snapshot
      return snapshot
    } finally {
      if (entry.generation === generation) delete entry.loading
    }
  }

  async #printChecks(database: string, { tables }: ParsedCatalog): Promise<TableInfo[]> {
    const expressions = tables.flatMap(table => table.checks.map(check => check.expression))
    const unknown = expressions.filter(expression => !this.#printed.has(expression))
    if (unknown.length > 0) {
      const rows = await this.#engine.query(database, printExpressionsQuery, [JSON.stringify(unknown)])
      for (const { text, printed } of rows) this.#printed.set(text ?? '', printed ?? '')
    }
    return tables.map(table => ({
      ...table,
      checks: table.checks.map(({ name, expression }) => ({
        name,
        expression: this.#printed.get(expression) ?? expression,
      })),
    }))
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
