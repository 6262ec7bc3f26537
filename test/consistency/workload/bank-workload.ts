import type { Cluster, Queryable } from 'cerci'
import type { BankRead } from '../checker/check-bank.js'
import { Answers } from './answers.js'
import { isTooOld } from './past.js'

const ACCOUNTS = 8
const OPENING_CENTS = 10_000

/** Transfers between accounts, and looks at all of them: at once, one after the other, and in the past. */
export class BankWorkload {
  readonly answers: Answers = new Answers()
  readonly reads: BankRead[] = []
  readonly total: number = ACCOUNTS * OPENING_CENTS
  readonly #cluster: Cluster
  readonly #random: () => number
  #openedAt = 0

  constructor(cluster: Cluster, { random }: { readonly random: () => number }) {
    this.#cluster = cluster
    this.#random = random
  }

  async open(): Promise<void> {
    await this.#cluster.query('CREATE TABLE accounts (id INT PRIMARY KEY, cents INT NOT NULL CHECK (cents >= 0))')
    await this.#cluster.query('INSERT INTO accounts SELECT i, $1::INT FROM generate_series(1, $2::INT) AS g(i)', [
      OPENING_CENTS,
      ACCOUNTS,
    ])
    this.#openedAt = Date.now()
  }

  /** One transfer or one look. */
  async step(): Promise<void> {
    const chance = this.#random()
    try {
      if (chance < 0.6) await this.#transfer()
      else if (chance < 0.75) await this.#look('now', db => this.#balances(db))
      else if (chance < 0.9) await this.#lookOneByOne()
      else await this.#lookBack()
    } catch (error) {
      if (isTooOld(error)) this.answers.count('too old')
      else this.answers.outcomeOf(error)
    }
  }

  /** To be called when all is quiet. */
  async finish(): Promise<void> {
    await this.#look('at the end', db => this.#balances(db))
  }

  async #transfer(): Promise<void> {
    const payer = this.#account()
    const payee = 1 + (payer % ACCOUNTS)
    const cents = 1 + Math.floor(this.#random() * 3_000)
    const lock = this.#random() < 0.5
    await this.#cluster.transaction(
      async tx => {
        // Without the lock both have read what the other then changes, and one of them must be run again.
        const { rows } = await tx.query<{ id: string; cents: string }>(
          `SELECT id, cents FROM accounts WHERE id IN ($1, $2) ORDER BY id${lock ? ' FOR UPDATE' : ''}`,
          [payer, payee],
        )
        const held = new Map(rows.map(row => [Number(row.id), Number(row.cents)]))
        const left = (held.get(payer) ?? 0) - cents
        if (left < 0) return
        await tx.query('UPDATE accounts SET cents = $2 WHERE id = $1', [payer, left])
        await tx.query('UPDATE accounts SET cents = $2 WHERE id = $1', [payee, (held.get(payee) ?? 0) + cents])
      },
      { deadlineMs: 20_000, maxAttempts: 'unlimited' },
    )
    this.answers.count('transfer')
  }

  async #lookOneByOne(): Promise<void> {
    await this.#look('one by one', () =>
      this.#cluster.transaction(
        async tx => {
          const balances = new Map<number, number>()
          for (let id = 1; id <= ACCOUNTS; id++) {
            const { rows } = await tx.query<{ cents: string }>('SELECT cents FROM accounts WHERE id = $1', [id])
            balances.set(id, Number(rows[0]?.cents))
          }
          return balances
        },
        { readOnly: this.#random() < 0.5, deadlineMs: 20_000, maxAttempts: 'unlimited' },
      ),
    )
  }

  async #lookBack(): Promise<void> {
    const time = new Date(Math.max(this.#openedAt + 1, Date.now() - Math.floor(this.#random() * 3_000)))
    await this.#look(`at ${time.toISOString()}`, () =>
      this.#cluster.staleRead({ exact: time }, past => this.#balances(past)),
    )
    this.answers.count('past')
  }

  async #look(what: string, read: (db: Queryable) => Promise<ReadonlyMap<number, number>>): Promise<void> {
    this.reads.push({ what, balances: await read(this.#cluster) })
    this.answers.count('look')
  }

  async #balances(db: Queryable): Promise<ReadonlyMap<number, number>> {
    const { rows } = await db.query<{ id: string; cents: string }>('SELECT id, cents FROM accounts')
    return new Map(rows.map(({ id, cents }) => [Number(id), Number(cents)]))
  }

  #account(): number {
    return 1 + Math.floor(this.#random() * ACCOUNTS)
  }
}
