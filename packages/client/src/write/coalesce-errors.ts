import { CerciError } from '../errors/cerci-error.js'

/** Too many calls wait to be merged. */
export class CoalesceFullError extends CerciError {
  override readonly name = 'CoalesceFullError'
  readonly queued: number

  constructor(queued: number) {
    super('CERCI_COALESCE_FULL', `${queued} calls wait already.`)
    this.queued = queued
  }
}

/** The results of a batch do not fit its rows. */
export class CoalesceResultError extends CerciError {
  override readonly name = 'CoalesceResultError'

  constructor(problem: string) {
    super('CERCI_COALESCE_RESULT', `${problem}.`)
  }
}
