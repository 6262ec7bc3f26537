import type { Cluster } from 'cerci'
import type { RegisterAction, RegisterOperation } from '../checker/check-registers.js'
import { Answers } from './answers.js'
import { wallClock } from './wall-clock.js'

/** Registers that are worked on at a time, and operations until others are: long histories of one take long to check. */
const HOT = 3
const OPERATIONS = 150
const REGISTERS = 5_000

/** Reads, writes and conditional writes of single rows, each a lone statement. */
export class RegisterWorkload {
  readonly answers: Answers = new Answers()
  readonly operations: RegisterOperation[] = []
  /** What every register holds at first. */
  readonly initial: number = 0
  readonly #cluster: Cluster
  readonly #random: () => number
  readonly #lastSeen = new Map<number, number>()
  #lastValue = 0
  #calls = 0

  constructor(cluster: Cluster, { random }: { readonly random: () => number }) {
    this.#cluster = cluster
    this.#random = random
  }

  async open(): Promise<void> {
    await this.#cluster.query('CREATE TABLE registers (id INT PRIMARY KEY, v INT NOT NULL)')
    await this.#cluster.query('INSERT INTO registers SELECT i, $1::INT FROM generate_series(0, $2::INT - 1) AS g(i)', [
      this.initial,
      REGISTERS,
    ])
  }

  /** One operation. */
  async step(): Promise<void> {
    const first = HOT * Math.floor(this.#calls++ / OPERATIONS)
    const key = (first + Math.floor(this.#random() * HOT)) % REGISTERS
    const chance = this.#random()
    const invokedAt = wallClock()
    const note = (action: RegisterAction, completedAt = wallClock()): void => {
      this.operations.push({ key, action, invokedAt, completedAt })
    }
    if (chance < 0.4) await this.#read(key, note)
    else if (chance < 0.7) await this.#write(key, note)
    else await this.#swap(key, note)
  }

  async #read(key: number, note: (action: RegisterAction) => void): Promise<void> {
    try {
      const { rows } = await this.#cluster.query<{ v: string }>('SELECT v FROM registers WHERE id = $1', [key])
      const value = Number(rows[0]?.v)
      this.#lastSeen.set(key, value)
      note({ kind: 'read', value })
      this.answers.count('read')
    } catch (error) {
      this.answers.outcomeOf(error)
    }
  }

  async #write(key: number, note: (action: RegisterAction, completedAt?: number) => void): Promise<void> {
    const action: RegisterAction = { kind: 'write', value: ++this.#lastValue }
    try {
      await this.#cluster.query('UPDATE registers SET v = $2 WHERE id = $1', [key, action.value])
      note(action)
      this.answers.count('write')
    } catch (error) {
      if (this.answers.outcomeOf(error) === 'unknown') note(action, Number.POSITIVE_INFINITY)
    }
  }

  async #swap(key: number, note: (action: RegisterAction, completedAt?: number) => void): Promise<void> {
    const change = {
      kind: 'swap',
      expected: this.#lastSeen.get(key) ?? this.initial,
      value: ++this.#lastValue,
    } as const
    try {
      const { rowCount } = await this.#cluster.query('UPDATE registers SET v = $3 WHERE id = $1 AND v = $2', [
        key,
        change.expected,
        change.value,
      ])
      note({ ...change, swapped: rowCount === 1 })
      this.answers.count(rowCount === 1 ? 'swapped' : 'not swapped')
    } catch (error) {
      if (this.answers.outcomeOf(error) === 'unknown') note({ ...change, swapped: undefined }, Number.POSITIVE_INFINITY)
    }
  }
}
