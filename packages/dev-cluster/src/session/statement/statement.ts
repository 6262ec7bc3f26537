import type { Translation } from '../../translate/translation.js'

/** One statement of a client: what it wrote, and what PostgreSQL gets. */
export interface Statement {
  /** The whole text it came in, to which error positions refer. */
  readonly text: string
  readonly translation: Translation
}
