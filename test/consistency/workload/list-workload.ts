import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Queryable, Transaction, TransactionOptions } from 'cerci'
import type { ListHistory } from '../checker/history.js'
import { Answers } from './answers.js'
import { type AttemptEntry, AttemptLog } from './attempt-log.js'
import { isTooOld } from './past.js'
import { append, createLists, readList, readLists, writeLonger } from './stored-lists.js'

/** Lists that are worked on at a time. */
const HOT = 5
/** Longer ones are left alone, so that reads stay cheap. */
const LONG = 30
/** How far the clocks of a read of the past, and of this process, may be apart. */
const CLOCK_SLACK_MS = 20

type Move = 'read' | 'read locked' | 'read many' | 'append' | 'append to what was read' | 'undo'

export interface ListWorkloadOptions {
  readonly random: () => number
  /** @default 'serializable' */
  readonly isolation?: 'serializable' | 'read committed'
  /**
   * `skewed`: every transaction reads one list and appends to another, which is where write skew comes from. All lists are then
   * rows, because an INSERT that looks for the next place may find it taken at READ COMMITTED. @default 'all'
   */
  readonly moves?: 'all' | 'skewed'
}

/** Transactions that read lists and append to them, in every way that the client has. */
export class ListWorkload {
  readonly answers: Answers = new Answers()
  readonly #cluster: Cluster
  readonly #random: () => number
  readonly #isolation: 'serializable' | 'read committed'
  readonly #skewed: boolean
  readonly #log = new AttemptLog()
  readonly #hot: number[]
  /** No read goes further back: before that there were no lists. */
  #openedAt = 0
  #lastKey = -1
  #lastValue = 0

  constructor(cluster: Cluster, { random, isolation = 'serializable', moves = 'all' }: ListWorkloadOptions) {
    this.#cluster = cluster
    this.#random = random
    this.#isolation = isolation
    this.#skewed = moves === 'skewed'
    this.#hot = Array.from({ length: HOT }, () => this.#newKey())
  }

  async open(): Promise<void> {
    await createLists(this.#cluster)
    this.#openedAt = Date.now()
  }

  /** One transaction, or one lone statement. */
  async step(): Promise<void> {
    const chance = this.#random()
    if (this.#skewed) await this.#transaction(this.#skewedMoves())
    else if (chance < 0.1) await this.#loneRead()
    else if (chance < 0.2) await this.#loneAppend()
    else if (chance < 0.3) await this.#pastRead()
    else await this.#transaction(this.#moves())
  }

  /** What happened. To be called when all is quiet, and every node is up. */
  async history(): Promise<ListHistory> {
    const keys = Array.from({ length: this.#lastKey + 1 }, (_, key) => key)
    return { attempts: this.#log.attempts, final: await readLists(this.#cluster, keys) }
  }

  async #transaction(moves: readonly { readonly move: Move; readonly key: number }[]): Promise<void> {
    let entry: AttemptEntry | undefined
    let appended: { key: number; value: number } | undefined
    const run = async (tx: Transaction): Promise<void> => {
      entry?.end('aborted')
      entry = this.#log.open()
      appended = undefined
      for (const { move, key } of moves) appended = (await this.#move(tx, entry, move, key)) ?? appended
    }
    const options: TransactionOptions = {
      deadlineMs: 20_000,
      maxAttempts: 'unlimited',
      isolation: this.#isolation,
      protocol: this.#random() < 0.3 ? 'cockroach_restart' : 'transaction',
      ...(this.#random() < 0.5 && {
        verify: async db => appended === undefined || (await readList(db, appended.key)).includes(appended.value),
      }),
    }
    try {
      await this.#cluster.transaction(run, options)
      entry?.end('committed')
      this.answers.count('committed')
    } catch (error) {
      const outcome = this.answers.outcomeOf(error)
      entry?.end(outcome)
    }
  }

  /** @returns what it appended for good */
  async #move(
    tx: Transaction,
    entry: AttemptEntry,
    move: Move,
    key: number,
  ): Promise<{ key: number; value: number } | undefined> {
    // Others get a chance between two statements.
    if (this.#random() < 0.2) await sleep(this.#random() * 4)
    if (move === 'read many') {
      const lists = await readLists(tx, [key, ...this.#hot.filter(other => other !== key).slice(0, 2)])
      for (const [other, list] of lists) entry.read(other, list)
      return undefined
    }
    if (move === 'undo') return await this.#undo(tx, key)
    if (move === 'read' || move === 'read locked') {
      const list = await readList(tx, key, move === 'read locked')
      entry.read(key, this.#noteLength(key, list))
      return undefined
    }
    const value = ++this.#lastValue
    if (move === 'append') {
      entry.append(key, value)
      await append(tx, key, value)
    } else {
      const seen = await readList(tx, key, this.#random() < 0.5)
      entry.read(key, this.#noteLength(key, seen))
      entry.append(key, value)
      await writeLonger(tx, key, seen, value)
    }
    return { key, value }
  }

  /** What is appended under a savepoint that is rolled back must never be seen. */
  async #undo(tx: Transaction, key: number): Promise<undefined> {
    const entry = this.#log.open()
    const value = ++this.#lastValue
    entry.append(key, value)
    const undone = new Error('undo')
    try {
      await tx.savepoint(async inner => {
        await append(inner, key, value)
        throw undone
      })
    } catch (error) {
      if (error !== undone) throw error
    } finally {
      entry.end('aborted')
    }
  }

  async #loneRead(): Promise<void> {
    const [entry, key] = [this.#log.open(), this.#key()]
    await this.#lone(entry, async db => entry.read(key, this.#noteLength(key, await readList(db, key))))
  }

  async #loneAppend(): Promise<void> {
    const [entry, key, value] = [this.#log.open(), this.#key(), ++this.#lastValue]
    entry.append(key, value)
    await this.#lone(entry, db => append(db, key, value))
  }

  async #lone(entry: AttemptEntry, work: (db: Queryable) => Promise<void>): Promise<void> {
    try {
      await work(this.#cluster)
      entry.end('committed')
      this.answers.count('lone')
    } catch (error) {
      entry.end(this.answers.outcomeOf(error))
    }
  }

  async #pastRead(): Promise<void> {
    const entry = this.#log.open()
    const time = Math.max(this.#openedAt + 1, Date.now() - 200 - Math.floor(this.#random() * 2_000))
    try {
      const lists = await this.#cluster.staleRead({ exact: new Date(time) }, past => readLists(past, this.#hot))
      for (const [key, list] of lists) entry.read(key, list)
      entry.end('committed', { from: time - CLOCK_SLACK_MS, to: time + CLOCK_SLACK_MS })
      this.answers.count('past')
    } catch (error) {
      if (isTooOld(error)) this.answers.count('too old')
      else this.answers.outcomeOf(error)
    }
  }

  #moves(): { move: Move; key: number }[] {
    const moves: Move[] = [
      'read',
      'read',
      'read locked',
      'read many',
      'append',
      'append',
      'append to what was read',
      'undo',
    ]
    return Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => ({
      move: moves[Math.floor(this.#random() * moves.length)] ?? 'read',
      key: this.#key(),
    }))
  }

  #skewedMoves(): { move: Move; key: number }[] {
    const [first = 0, second = 0] = this.#hot.toSorted(() => this.#random() - 0.5)
    return [
      { move: 'read', key: first },
      { move: 'append', key: second },
    ]
  }

  #key(): number {
    return this.#hot[Math.floor(this.#random() * HOT)] ?? 0
  }

  #newKey(): number {
    this.#lastKey += this.#skewed && this.#lastKey >= 0 ? 2 : 1
    return this.#lastKey
  }

  /** Replaces a list that has become long by a new one. */
  #noteLength(key: number, list: readonly number[]): readonly number[] {
    const at = this.#hot.indexOf(key)
    if (list.length >= LONG && at >= 0) this.#hot[at] = this.#newKey()
    return list
  }
}
