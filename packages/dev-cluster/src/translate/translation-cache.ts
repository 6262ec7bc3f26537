import type { TranslateContext } from './translate-context.js'
import type { Translation } from './translation.js'

/** A result and what it depends on beyond its key. */
export interface CacheEntry {
  readonly translations: readonly Translation[]
  readonly variables: ReadonlyMap<string, string>
  /** The version of the cluster's state, when the result depends on it. */
  readonly clusterVersion: number | undefined
}

interface Kept {
  readonly entry: CacheEntry
  readonly bytes: number
}

/** What an entry takes beside its texts, in bytes. */
const ENTRY_BYTES = 1000

/** Least recently used translations, up to an amount of memory. The key is the text and all that names in it may mean. */
export class TranslationCache {
  readonly #maxBytes: number
  readonly #entries = new Map<string, Kept>()
  #bytes = 0

  /** @param maxBytes about what the entries may take in memory; one that takes more than a tenth of it is not kept */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** About what the entries take in memory. */
  get bytes(): number {
    return this.#bytes
  }

  get(text: string, context: TranslateContext): readonly Translation[] | undefined {
    const key = keyOf(text, context)
    const kept = this.#entries.get(key)
    if (!kept) return undefined
    this.#remove(key, kept)
    if (!isCurrent(kept.entry, context)) return undefined
    this.#add(key, kept)
    return kept.entry.translations
  }

  set(text: string, context: TranslateContext, entry: CacheEntry): void {
    const key = keyOf(text, context)
    const kept = { entry, bytes: bytesOf(key, entry) }
    const previous = this.#entries.get(key)
    if (previous) this.#remove(key, previous)
    if (kept.bytes > this.#maxBytes / 10) return
    this.#add(key, kept)
    for (const [oldest, its] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return
      this.#remove(oldest, its)
    }
  }

  #add(key: string, kept: Kept): void {
    this.#entries.set(key, kept)
    this.#bytes += kept.bytes
  }

  #remove(key: string, kept: Kept): void {
    this.#entries.delete(key)
    this.#bytes -= kept.bytes
  }
}

/** A character takes one byte or two; the way back to a position keeps a token for every few characters. */
function bytesOf(key: string, { translations, variables }: CacheEntry): number {
  const texts = translations.map(
    ({ sql, fingerprint, position }) => sql.length * (position ? 20 : 2) + fingerprint.length * 2,
  )
  return texts.reduce((sum, bytes) => sum + bytes, ENTRY_BYTES + key.length * 2 + variables.size * 100)
}

function keyOf(text: string, { catalog, session }: TranslateContext): string {
  return `${catalog.version}\0${session.database}\0${session.user}\0${session.searchPath.join('\0')}\0\0${text}`
}

function isCurrent(entry: CacheEntry, { cluster, session }: TranslateContext): boolean {
  if (entry.clusterVersion !== undefined && entry.clusterVersion !== cluster.version) return false
  for (const [name, value] of entry.variables) if (session.variable(name) !== value) return false
  return true
}
