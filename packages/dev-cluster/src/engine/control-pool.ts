import { ControlConnection, type ControlValue, type TextRow } from './control-connection.js'

/** After this long without use a connection is closed: while one is open, its database cannot be dropped or copied. */
const IDLE_MS = 1_000
const MAX_PER_DATABASE = 4

interface Slot {
  readonly opening: Promise<ControlConnection>
  queries: number
  idle?: NodeJS.Timeout
}

/** The engine's control connections: few per database, shared by all queries, closed when idle. */
export class ControlPool {
  readonly #socketPath: string
  readonly #slots = new Map<string, Set<Slot>>()

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  async query(database: string, sql: string, values?: readonly ControlValue[]): Promise<TextRow[]> {
    const slot = this.#slot(database)
    slot.queries++
    clearTimeout(slot.idle)
    try {
      const connection = await slot.opening
      connection.hold(true)
      return await connection.query(sql, values)
    } finally {
      slot.queries--
      if (slot.queries === 0) await this.#rest(database, slot)
    }
  }

  /** Closes the connections to a database that no query uses. */
  async release(database: string): Promise<void> {
    const slots = [...(this.#slots.get(database) ?? [])].filter(slot => slot.queries === 0)
    await Promise.all(slots.map(slot => this.#close(database, slot)))
  }

  /** Closes everything, letting queries under way finish. */
  async close(): Promise<void> {
    const all = [...this.#slots].flatMap(([database, slots]) => [...slots].map(slot => this.#close(database, slot)))
    await Promise.all(all)
  }

  /** An idle slot, or a new one, or the least busy. */
  #slot(database: string): Slot {
    let slots = this.#slots.get(database)
    if (!slots) this.#slots.set(database, (slots = new Set()))
    const [least] = [...slots].toSorted((a, b) => a.queries - b.queries)
    if (least && (least.queries === 0 || slots.size >= MAX_PER_DATABASE)) return least
    const slot: Slot = { opening: ControlConnection.open({ socketPath: this.#socketPath, database }), queries: 0 }
    slots.add(slot)
    this.#forgetWhenClosed(database, slot)
    return slot
  }

  #forgetWhenClosed(database: string, slot: Slot): void {
    const forget = () => this.#forget(database, slot)
    slot.opening.then(connection => connection.closed.then(forget), forget)
  }

  async #rest(database: string, slot: Slot): Promise<void> {
    const connection = await slot.opening.catch(() => undefined)
    if (!connection?.usable || slot.queries > 0) return
    connection.hold(false)
    slot.idle = setTimeout(() => void this.#close(database, slot), IDLE_MS).unref()
  }

  async #close(database: string, slot: Slot): Promise<void> {
    this.#forget(database, slot)
    const connection = await slot.opening.catch(() => undefined)
    await connection?.close()
  }

  #forget(database: string, slot: Slot): void {
    clearTimeout(slot.idle)
    const slots = this.#slots.get(database)
    slots?.delete(slot)
    if (slots?.size === 0) this.#slots.delete(database)
  }
}
