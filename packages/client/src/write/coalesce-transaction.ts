import type { Coalesced, CoalescedTransaction, CoalesceTarget } from './coalesce-options.js'
import { Coalescer, coalesced, keysBy } from './coalescer.js'

/** Runs each batch as a function in one transaction. */
export function coalesceTransaction<Row, Result>(
  cluster: CoalesceTarget,
  definition: CoalescedTransaction<Row, Result>,
): Coalesced<Row, Result> {
  const run = (rows: readonly Row[]): Promise<readonly (Result | Error)[]> =>
    cluster.transaction(async tx => await definition.run(rows, tx), definition.transaction)
  const coalescer = new Coalescer(run, keysBy(definition.by), definition)
  return coalesced(coalescer, (row: Row) => row)
}
