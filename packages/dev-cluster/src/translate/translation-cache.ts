import type { TranslateContext } from './translate-context.js'
import type { Translation } from './translation.js'

/** A result and what it depends on beyond its key. */
export interface CacheEntry {
  readonly translations: readonly Translation[]
  readonly variables: ReadonlyMap<string, string>
  /** The version of the cluster's state, when the result depends on it. */
  readonly clusterVersion: number | undefined
}

/** Least recently used translations, up to a number. The key is the text and all that names in it may mean. */
export class TranslationCache {
  readonly #capacity: number
  readonly #entries = new Map<string, CacheEntry>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  get(text: string, context: TranslateContext): readonly Translation[] | undefined {
    const key = keyOf(text, context)
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (!isCurrent(entry, context)) return undefined
    this.#entries.set(key, entry)
    return entry.translations
  }

  set(text: string, context: TranslateContext, entry: CacheEntry): void {
    this.#entries.set(keyOf(text, context), entry)
    if (this.#entries.size <= this.#capacity) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}

function keyOf(text: string, { catalog, session }: TranslateContext): string {
  return `${catalog.version}\0${session.database}\0${session.user}\0${session.searchPath.join('\0')}\0\0${text}`
}

function isCurrent(entry: CacheEntry, { cluster, session }: TranslateContext): boolean {
  if (entry.clusterVersion !== undefined && entry.clusterVersion !== cluster.version) return false
  for (const [name, value] of entry.variables) if (session.variable(name) !== value) return false
  return true
}
