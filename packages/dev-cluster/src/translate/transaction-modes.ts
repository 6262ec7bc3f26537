/** The modes that BEGIN and SET TRANSACTION name, https://www.cockroachlabs.com/docs/v26.2/begin-transaction. */
export interface TransactionModes {
  /** The level that the transaction gets; CockroachDB upgrades the others to one of these. */
  readonly isolation?: 'serializable' | 'repeatable read' | 'read committed'
  readonly priority?: 'low' | 'normal' | 'high'
  readonly readOnly?: boolean
}
