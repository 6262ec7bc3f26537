import { StorefrontError } from '../errors/storefront-error.js'
import { decodeCursor, encodeCursor } from './cursor.js'

/** A place in a list ordered by (time, id), newest first. */
export interface TimePosition {
  /** Microseconds as the database prints them: a JavaScript Date would lose three digits, and rows with them. */
  readonly at: string
  readonly id: string
}

/** What a row brings along to be found again. */
export interface Positioned {
  readonly id: string
  readonly position: string
}

const patterns = [
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:?\d\d)?$/,
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
]

/** After every row there is, so that the first page needs no query of its own. */
const newest: TimePosition = { at: '9999-12-31 00:00:00+00', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }

/** The position that a cursor names, or the newest without one. Throws `invalid-cursor`. */
export function timePosition(cursor: string | undefined): TimePosition {
  if (cursor === undefined) return newest
  const [at = newest.at, id = newest.id] = decodeCursor(cursor, patterns)
  if (!isTime(at)) throw new StorefrontError('invalid-cursor')
  return { at, id }
}

/** The pattern lets February 31st pass, which the database would not; JavaScript wants minutes in an offset, and a T. */
function isTime(at: string): boolean {
  const [, date = '', time = '', offset = ''] = /^(\S+) ([\d:.]+)([+-].*)$/.exec(at) ?? []
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return false
  return !Number.isNaN(Date.parse(`${date}T${time}${offset.length === 3 ? `${offset}:00` : offset}`))
}

export function timeCursor(row: Positioned): string {
  return encodeCursor([row.position, row.id])
}
