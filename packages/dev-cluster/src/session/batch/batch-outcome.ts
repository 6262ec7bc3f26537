import type { SqlError } from '../../errors/sql-error.js'
import type { ExchangeError } from '../backend/exchange.js'
import type { Segment } from '../backend/segment.js'
import type { Statement } from '../statement/statement.js'

/** What running a step of a batch came to. */
export type StepOutcome = { readonly kind: 'done'; readonly ended: boolean } | StepFailure | { readonly kind: 'gone' }

/** Why a batch cannot go on. */
export type StepFailure =
  /** PostgreSQL's answer; `segment` is undefined when it answered to something the gateway had to do first. */
  | {
      readonly kind: 'failed'
      readonly error: ExchangeError
      readonly segment: Segment | undefined
      readonly statement: Statement | undefined
    }
  /** The gateway's own. */
  | { readonly kind: 'refused'; readonly error: SqlError }
