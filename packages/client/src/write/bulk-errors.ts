import { CerciError } from '../errors/cerci-error.js'
import type { BulkReport } from './bulk-report.js'

/** A row of a bulk write that cannot be sent. */
export class BulkRowError extends CerciError {
  override readonly name = 'BulkRowError'
  /** Place of the row in the input, from 0. */
  readonly index: number

  constructor(index: number, problem: string) {
    super('CERCI_BULK_ROW', `Row ${index} ${problem}.`)
    this.index = index
  }
}

/** A bulk write stopped before its end. `cause` is why; `report` is what had happened until then. */
export class BulkWriteError extends CerciError {
  override readonly name = 'BulkWriteError'
  readonly report: BulkReport

  constructor(report: BulkReport, cause: unknown) {
    const why = cause instanceof Error ? ` (${cause.message})` : ''
    super('CERCI_BULK_WRITE', `The bulk write stopped after ${report.written} rows were written${why}.`, cause)
    this.report = report
  }
}
