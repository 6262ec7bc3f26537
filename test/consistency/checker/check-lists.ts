import { pastDependencies, presentDependencies } from './dependency-graph.js'
import { findCycles } from './find-cycles.js'
import type { Anomaly, ListHistory } from './history.js'
import { checkOwnReads } from './own-reads.js'
import { appends, orderVersions, readsOfOthers, type VersionedHistory } from './version-order.js'

/**
 * Looks for what no strictly serializable database could have answered. Lists keep their order, so who came before whom is known
 * for certain, and every circle of "must come before" is an anomaly. The method is Elle's (Kingsbury and Alvaro, 2020).
 * Reads of the past must have seen exactly what had been committed by their time.
 */
export function checkLists(input: ListHistory): Anomaly[] {
  const { history, anomalies } = orderVersions(input)
  return [
    ...anomalies,
    ...history.effective.filter(({ outcome }) => outcome === 'committed').flatMap(checkOwnReads),
    ...intermediateReads(history),
    ...findCycles(presentDependencies(history), history),
    ...(history.effective.some(({ past }) => past) ? findCycles(pastDependencies(history), history) : []),
  ]
}

function intermediateReads({ effective, writers }: VersionedHistory): Anomaly[] {
  return effective.flatMap(reader =>
    readsOfOthers(reader).flatMap(({ key, list }): Anomaly[] => {
      const last = list.at(-1) ?? 0
      const writer = writers.get(last)
      if (writer === undefined || writer === reader) return []
      const final = appends(writer).findLast(append => append.key === key)?.value
      if (final === undefined || final === last || list.includes(final)) return []
      const description = `T${reader.id} read list ${key} up to ${last}, to which T${writer.id} then appended ${final}`
      return [{ kind: 'intermediate read', description }]
    }),
  )
}
