import type { Show } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { rangeForms } from '../ranges/show-ranges.js'
import { regionForms } from '../regions/show-regions.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { Outcome } from '../statements/outcome.js'
import { unimplemented } from '../unimplemented.js'
import { partitionForms } from '../zones/partitions.js'
import { zoneForms } from '../zones/show-zone.js'
import { accessForms } from './access.js'
import { activityForms } from './activity.js'
import { catalogForms } from './catalog.js'
import { clusterForms } from './cluster.js'
import { createForms } from './create.js'
import { sessionForms } from './session.js'
import type { ShowForm } from './show-statement.js'

/** Every form of SHOW that is answered, by its words. */
const forms: ReadonlyMap<string, ShowForm> = new Map(
  [
    accessForms,
    activityForms,
    catalogForms,
    clusterForms,
    createForms,
    partitionForms,
    rangeForms,
    regionForms,
    sessionForms,
    zoneForms,
  ].flatMap(group => Object.entries(group)),
)

/** SHOW is a SELECT, so that it can be described, prepared, and read from: FROM [SHOW …]. */
export function translateShow(show: Show, rewrite: Rewrite): Outcome {
  const form = forms.get(show.target)
  if (!form || (show.rest && show.target !== 'range')) throw unimplemented(`SHOW ${show.target.toUpperCase()}`)
  checkClauses(show, rewrite)
  const observes = show.variable === 'transaction_status' || show.target === 'savepoint status'
  return { kind: 'read', sql: form(show, rewrite), tag: 'SHOW', ...(observes && { observes }) }
}

const ofRanges: ReadonlySet<string> = new Set(['tables', 'indexes', 'keys', 'details', 'explain'])
const ofCatalog: ReadonlySet<string> = new Set(['comment', 'forecast'])

/** A form takes no notice of a clause that it does not have, so that one of another's would give wrong rows without a word. */
function checkClauses(show: Show, rewrite: Rewrite): void {
  const known = show.target === 'ranges' ? ofRanges : show.target in catalogForms ? ofCatalog : undefined
  const wrong = show.clauses.find(
    ({ word, of }) => word === 'where' || (word === 'with' && !of.split(',').every(option => known?.has(option))),
  )
  if (!wrong) return
  const { text } = rewrite.token(wrong.word === 'where' || !known ? wrong.start : wrong.start + 1)
  throw new SqlError(sqlState.syntax_error, `at or near "${text.toLowerCase()}": syntax error`)
}
