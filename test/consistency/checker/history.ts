/** One step of a transaction on lists that are only ever appended to. Every value is appended once in a whole history. */
export type ListStep =
  | { readonly kind: 'read'; readonly key: number; readonly list: readonly number[] }
  | { readonly kind: 'append'; readonly key: number; readonly value: number }

/** What the client knows of an attempt at a transaction: that it was committed, that it was not, or neither. */
export type Outcome = 'committed' | 'aborted' | 'unknown'

/** One attempt at a transaction. A client that tries again makes another one. */
export interface Attempt {
  readonly id: number
  readonly steps: readonly ListStep[]
  readonly outcome: Outcome
  /** It only read, at a time in the past. */
  readonly past?: true
  /** When the client began it, on a clock that all attempts share. */
  readonly invokedAt: number
  /** When the client knew its outcome. For a read of the past both are about the time that it read. */
  readonly completedAt: number
}

/** All the attempts, and the lists as they were after the last of them. */
export interface ListHistory {
  readonly attempts: readonly Attempt[]
  readonly final: ReadonlyMap<number, readonly number[]>
}

/** Something in a history that no serial order of its transactions, in real time, explains. */
export interface Anomaly {
  readonly kind: AnomalyKind
  readonly description: string
}

export type AnomalyKind = keyof typeof anomalyKinds

/** The anomalies by name; G-names are those of Adya's thesis (1999), as Elle uses them (Kingsbury and Alvaro, 2020). */
export const anomalyKinds = {
  'aborted read': 'G1a: a committed transaction has read what an aborted one wrote',
  'intermediate read': 'G1b: a transaction has read what another one overwrote before it ended',
  'circular information': 'G1c: transactions have read from each other in a circle',
  'write cycle': 'G0: transactions have overwritten each other in a circle',
  'read skew': 'G-single: what a transaction read belongs to different times',
  'lost update': 'G-single: a transaction has written after another one that it did not see, and should have',
  'write skew': 'G2: transactions have decided on what the other changed',
  'stale order': 'a transaction comes, in every order, before one that had ended when it began',
  'unknown value': 'somebody has read what nobody wrote',
  'duplicate value': 'something that was written once is there twice',
  'incompatible order': 'two reads saw the same writes in different orders',
  'own read': 'a transaction did not see what it wrote, or what it had read before',
  'lost append': 'what a committed transaction wrote is gone',
  'torn commit': 'only a part of a transaction took effect',
} as const
