/** The transaction whose horizon keeps a snapshot's row versions: PostgreSQL lets only its database import the snapshot. */
export interface Holder {
  /** `virtualtransaction` of pg_locks. */
  readonly virtualTransaction: string
  readonly processId: number
  readonly databaseOid: number
}

/** Transactions as a snapshot sees them: all before `xmin` have ended, none from `xmax` on has, nor has any of `running`. */
export interface SnapshotContent {
  readonly xmin: bigint
  readonly xmax: bigint
  /** Top-level transactions only, ascending. */
  readonly running: readonly bigint[]
}

/** What `pg_current_snapshot()` prints: `xmin:xmax:xip,…`. */
export function parseSnapshot(text: string): SnapshotContent {
  const [xmin = '', xmax = '', list = ''] = text.split(':')
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), running: parseTransactions(list) }
}

/** Transaction numbers separated by commas. */
export function parseTransactions(text: string): bigint[] {
  return text === '' ? [] : text.split(',').map(BigInt)
}

/**
 * The text of a file in `pg_snapshots`, in the form that `pg_export_snapshot()` writes and SET TRANSACTION SNAPSHOT reads
 * (PostgreSQL 18, `src/backend/utils/time/snapmgr.c`, ExportSnapshot). `sof:1` says that subtransactions are not
 * listed, so that PostgreSQL looks up the parent of each transaction it meets.
 */
export function snapshotFile(holder: Holder, { xmin, xmax, running }: SnapshotContent): string {
  const lines = [
    `vxid:${holder.virtualTransaction}`,
    `pid:${holder.processId}`,
    `dbid:${holder.databaseOid}`,
    'iso:1',
    'ro:0',
    `xmin:${xid(xmin)}`,
    `xmax:${xid(xmax)}`,
    `xcnt:${running.length}`,
    ...running.map(transaction => `xip:${xid(transaction)}`),
    'sof:1',
    'rec:0',
  ]
  return `${lines.join('\n')}\n`
}

/** Rows carry transaction numbers without their epoch. */
function xid(transaction: bigint): bigint {
  return BigInt.asUintN(32, transaction)
}
