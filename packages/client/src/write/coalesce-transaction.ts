import { CoalesceResultError } from './coalesce-errors.js'
import type { Coalesced, CoalescedTransaction, CoalesceTarget } from './coalesce-options.js'
import { Coalescer, coalesced, keysBy } from './coalescer.js'

/** Runs each batch as a function in one transaction. */
export function coalesceTransaction<Row, Result>(
  cluster: CoalesceTarget,
  definition: CoalescedTransaction<Row, Result>,
): Coalesced<Row, Result> {
  const run = (rows: readonly Row[]): Promise<readonly (Result | Error)[]> =>
    cluster.transaction(async tx => {
      const results = await definition.run(rows, tx)
      if (results.length === rows.length) return results
      throw new CoalesceResultError(
        `run() returned ${results.length} results for ${rows.length} rows, so that nothing was written`,
      )
    }, definition.transaction)
  const coalescer = new Coalescer(run, keysBy(definition.by), definition)
  return coalesced(coalescer, (row: Row) => row)
}
