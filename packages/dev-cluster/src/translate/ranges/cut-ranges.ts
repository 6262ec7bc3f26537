import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { compareBytes, orderedIndexes } from '../zones/index-parts.js'
import type { KeyEdge, TableRange } from './table-ranges.js'

/** Where SPLIT AT has made a range begin. */
interface Split {
  readonly edge: KeyEdge & { readonly kind: 'key' }
  /** Until when the ranges on both sides are not merged, as PostgreSQL prints a timestamp; undefined when that is over. */
  readonly until: string | undefined
}

/** Cuts the ranges of a table where its indexes are split. Nothing merges them again: a split that is no longer enforced stays. */
export function cutRanges(ranges: readonly TableRange[], table: TableInfo): TableRange[] {
  const indexes = orderedIndexes(table)
  const splits = indexes.flatMap((index, at) => splitsOf(index, at + 1))
  if (splits.length === 0) return [...ranges]
  return ranges.flatMap(range => cutRange(range, splits, indexes)).map((range, at) => ({ ...range, at }))
}

function cutRange(range: TableRange, splits: readonly Split[], indexes: readonly IndexInfo[]): TableRange[] {
  const [start, end] = [positionOf(range.start, ''), positionOf(range.end, PAST_ALL)]
  const within = splits.filter(({ edge }) => positionOf(edge, '') >= start && positionOf(edge, '') < end)
  const cuts = within.filter(({ edge }) => positionOf(edge, '') > start)
  const starts = [
    { edge: range.start, until: within.find(split => !cuts.includes(split))?.until },
    ...cuts.toSorted((a, b) => compareBytes(positionOf(a.edge, ''), positionOf(b.edge, ''))),
  ]
  return starts.map(({ edge, until }, at) => {
    const piece = { ...range, start: edge, end: starts[at + 1]?.edge ?? range.end, enforcedUntil: until }
    return { ...piece, ...indexesOf(piece, indexes), shares: range.shares * starts.length }
  })
}

/** Which indexes are in a range. */
function indexesOf(
  { start, end, indexId, indexCount }: TableRange,
  indexes: readonly IndexInfo[],
): Pick<TableRange, 'index' | 'indexId' | 'indexCount'> {
  const first = start.kind === 'table' ? indexId : start.indexId
  // One that ends where an index begins has nothing of it.
  const last = end.kind === 'table' ? indexId + indexCount - 1 : end.kind === 'index' ? end.indexId - 1 : end.indexId
  return { index: first === last ? indexes[first - 1] : undefined, indexId: first, indexCount: last - first + 1 }
}

function splitsOf({ properties: { splits } }: IndexInfo, indexId: number): Split[] {
  if (typeof splits !== 'object' || splits === null) return []
  const facts: [string, unknown][] = Object.entries(splits)
  // Nothing but digits becomes part of a statement, whoever has recorded it.
  return facts
    .filter(([bytes]) => /^[0-9a-f]+$/.test(bytes))
    .map(([bytes, fact]) => ({
      edge: { kind: 'key', indexId, bytes, text: readText(fact, 'text') ?? '' },
      until: readText(fact, 'until'),
    }))
}

function readText(fact: unknown, name: string): string | undefined {
  const value: unknown = typeof fact === 'object' && fact !== null ? Reflect.get(fact, name) : undefined
  return typeof value === 'string' ? value : undefined
}

/** After every key in hexadecimal. */
const PAST_ALL = 'g'

/** Something by which edges are in order. */
function positionOf(edge: KeyEdge, ofTable: string): string {
  if (edge.kind === 'table') return ofTable
  return edge.indexId.toString(16).padStart(4, '0') + (edge.kind === 'key' ? edge.bytes : '')
}
