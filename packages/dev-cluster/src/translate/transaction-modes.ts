/** The modes that BEGIN and SET TRANSACTION name, https://www.cockroachlabs.com/docs/v26.2/begin-transaction. */
export interface TransactionModes {
  readonly isolation?: 'serializable' | 'repeatable read' | 'read committed' | 'read uncommitted' | 'snapshot'
  readonly priority?: 'low' | 'normal' | 'high'
  readonly readOnly?: boolean
}
