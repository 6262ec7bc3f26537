import type { IndexInfo, TableInfo } from '../../catalog/snapshot.js'
import { type RangeState, rangeState } from '../../placement/range-state.js'
import { readReplicationRules } from '../../placement/replication-rules.js'
import { regionColumnOf, rowRules, wholeRules } from '../access/table-home.js'
import { readRegionConfig } from '../regions/database-regions.js'
import type { TranslateContext } from '../translate-context.js'
import { compareBytes, type IndexParts, indexParts, orderedIndexes } from '../zones/index-parts.js'
import { defaultZone, type ZoneConfig } from '../zones/zone-config.js'
import { cutRanges } from './cut-ranges.js'

/** A range as SHOW RANGES lists it: all of a table, some of its indexes, or a part of one index. */
export interface TableRange {
  readonly table: TableInfo
  /** Undefined for a range that holds several indexes. */
  readonly index: IndexInfo | undefined
  /** The first index in it. Counted from 1, the primary one first, as CockroachDB numbers indexes. */
  readonly indexId: number
  /** How many indexes it holds. */
  readonly indexCount: number
  /** The region whose rows it holds, in a REGIONAL BY ROW table. */
  readonly region: string | undefined
  /** The partition whose rows it holds. */
  readonly partition: string | undefined
  readonly start: KeyEdge
  readonly end: KeyEdge
  /** Until when SPLIT AT keeps it from being merged with the one before it. */
  readonly enforcedUntil?: string | undefined
  readonly state: RangeState
  /** Counted from 0 within the table. */
  readonly at: number
  /** How many ranges share the table's rows. */
  readonly shares: number
}

/** Where a range begins or ends: with the table, with an index, or at a key of it, as bytes in hexadecimal and as SHOW prints it. */
export type KeyEdge =
  | { readonly kind: 'table' }
  | { readonly kind: 'index'; readonly indexId: number }
  | { readonly kind: 'key'; readonly indexId: number; readonly bytes: string; readonly text: string }

/**
 * The ranges of a table. CockroachDB splits them by size as well; here only zone configurations and SPLIT AT do, so a table is one range, and apart
 * from it are indexes and partitions with a zone of their own, or for REGIONAL BY ROW each region in each index.
 */
export function tableRanges(table: TableInfo, context: TranslateContext): TableRange[] {
  return cutRanges(zoneRanges(table, context), table)
}

function zoneRanges(table: TableInfo, { catalog, cluster }: TranslateContext): TableRange[] {
  const base = defaultZone(cluster)
  const config = readRegionConfig(catalog.properties)
  if (config !== undefined && regionColumnOf(table) !== undefined) {
    const stateOf = (region: string): RangeState =>
      rangeState(rowRules(region, table, catalog.properties, base), cluster)
    return orderedIndexes(table).flatMap((index, indexAt) =>
      config.regions.map((region, at) => {
        const byte = enumByte(at, config.regions.length)
        const text = `/"${printByte(byte)}"`
        const bytes = `12${hex(byte)}00`
        const indexId = indexAt + 1
        return {
          table,
          index,
          indexId,
          indexCount: 1,
          region,
          partition: undefined,
          start: { kind: 'key', indexId, bytes: `${bytes}01`, text },
          end: { kind: 'key', indexId, bytes: `${bytes}02`, text: `${text}/PrefixEnd` },
          state: stateOf(region),
          at: indexAt * config.regions.length + at,
          shares: config.regions.length,
        }
      }),
    )
  }
  const parts = indexParts(table, catalog.properties, base)
  const pieces = parts.some(({ apart }) => apart) ? piecesOf(parts) : [whole(parts.length)]
  const rest = rangeState(wholeRules(table, catalog.properties, base), cluster)
  return pieces.map(({ zone, start, end, ...piece }, at) => ({
    ...piece,
    table,
    region: undefined,
    start: at === 0 ? { kind: 'table' } : start,
    end: at === pieces.length - 1 ? { kind: 'table' } : end,
    state: zone === undefined ? rest : rangeState(readReplicationRules(zone), cluster),
    at,
    shares: pieces.length,
  }))
}

interface Piece extends Pick<TableRange, 'index' | 'indexId' | 'indexCount' | 'partition' | 'start' | 'end'> {
  /** Undefined for the table's. */
  readonly zone: ZoneConfig | undefined
}

function whole(indexCount: number): Piece {
  const edge = { kind: 'table' } as const
  return { index: undefined, indexId: 1, indexCount, partition: undefined, start: edge, end: edge, zone: undefined }
}

function piecesOf(parts: readonly IndexParts[]): Piece[] {
  return parts.flatMap((part, at) => piecesOfIndex(part, at + 1)).reduce(joinRest, [])
}

/** Where a partition begins or ends, another range does. What is between them is the index's. */
function piecesOfIndex({ index, configured, zone, partitions, spans }: IndexParts, indexId: number): Piece[] {
  const texts = new Map(spans.flatMap(({ from, to, start, end }) => [[from, start] as const, [to, end] as const]))
  const edges = ['', ...[...texts.keys()].filter(bytes => bytes !== '' && bytes !== 'ff').toSorted(compareBytes), 'ff']
  return edges.slice(0, -1).map((from, at) => {
    const to = edges[at + 1] ?? 'ff'
    const partition = spans.findLast(span => span.from <= from && from < span.to)?.partition
    const rest = configured ? zone : undefined
    return {
      index,
      indexId,
      indexCount: 1,
      partition,
      start: from === '' ? indexEdge(indexId) : keyEdge(indexId, from, texts.get(from) ?? ''),
      end: to === 'ff' ? indexEdge(indexId + 1) : keyEdge(indexId, to, texts.get(to) ?? ''),
      zone: partition === undefined ? rest : partitions.get(partition),
    }
  })
}

/** What has nothing of its own stays together with what is beside it, of another index too; and so do the keys of one partition. */
function joinRest(joined: readonly Piece[], piece: Piece): Piece[] {
  const last = joined.at(-1)
  const isSame = last !== undefined && last.partition === piece.partition && last.index === piece.index
  const isRest = last !== undefined && last.zone === undefined && piece.zone === undefined
  if (last === undefined || !(isSame || isRest)) return [...joined, piece]
  const index = last.index === piece.index ? last.index : undefined
  const indexCount = piece.indexId + piece.indexCount - last.indexId
  return [...joined.slice(0, -1), { ...last, index, indexCount, end: piece.end }]
}

function indexEdge(indexId: number): KeyEdge {
  return { kind: 'index', indexId }
}

function keyEdge(indexId: number, bytes: string, text: string): KeyEdge {
  return { kind: 'key', indexId, bytes, text }
}

/** CockroachDB spaces the values of an enum evenly over a byte. */
function enumByte(at: number, count: number): number {
  return Math.floor((256 * (at + 1)) / (count + 1))
}

function printByte(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
  return isPlain ? String.fromCharCode(byte) : `\\x${hex(byte)}`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
