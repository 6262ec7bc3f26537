import type { AsOf } from '../as-of/as-of.js'
import type { SqlText } from '../rewrite/sql-text.js'
import type { TransactionModes } from '../transaction-modes.js'
import type { TranslationEffect, TranslationKind } from '../translation.js'

/** What translating one statement came to. */
export interface Outcome {
  readonly kind: TranslationKind
  /** PostgreSQL's statement; absent when the edits on the client's text are all there is. */
  readonly sql?: SqlText | string
  readonly tag?: string
  readonly savepoint?: string
  readonly effect?: TranslationEffect
  readonly transaction?: TransactionModes
  readonly asOf?: AsOf
  readonly observes?: true
}
