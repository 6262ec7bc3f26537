/** What one run of the extended protocol says, in this order. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY */
export interface ExtendedRun {
  /** Prepared statements to forget first. */
  readonly close: readonly string[]
  /** Text to parse under `name`; undefined when the server knows it. */
  readonly parse: string | undefined
  /** The prepared statement; the empty name is the unnamed one. */
  readonly name: string
  readonly values: readonly (string | Buffer | null)[]
  /** Ask for the columns. */
  readonly describe: boolean
}

/** Encodes a whole run, up to Sync, into one buffer, so that it leaves in one write. */
export function encodeExtendedRun(run: ExtendedRun): Buffer {
  const buffer = Buffer.allocUnsafe(sizeOf(run))
  let at = 0
  for (const name of run.close) at = writeClose(buffer, at, name)
  if (run.parse !== undefined) at = writeParse(buffer, at, run.name, run.parse)
  at = writeBind(buffer, at, run.name, run.values)
  if (run.describe) at += buffer.write(describePortal, at, 'latin1')
  at += buffer.write(executeAndSync, at, 'latin1')
  return buffer.subarray(0, at)
}

/** The simple protocol: any number of statements, no values. */
export function encodeSimpleQuery(text: string): Buffer {
  const length = Buffer.byteLength(text) + 6
  const buffer = Buffer.allocUnsafe(length)
  buffer[0] = Letter.query
  buffer.writeInt32BE(length - 1, 1)
  buffer.write(text, 5, 'utf8')
  buffer[length - 1] = 0
  return buffer
}

/** Sync alone: the cheapest question that a living session answers. */
export const syncMessage: readonly number[] = [0x53, 0, 0, 0, 4]

/** Frontend message letters. https://www.postgresql.org/docs/current/protocol-message-formats.html */
const Letter = { bind: 0x42, close: 0x43, parse: 0x50, query: 0x51 } as const

/** Describe portal "", as bytes of latin1 text. */
const describePortal = 'D\0\0\0\u0006P\0'

/** Execute portal "" without a row limit, then Sync. */
const executeAndSync = 'E\0\0\0\u0009\0\0\0\0\0S\0\0\0\u0004'

/** No more than this; exact for large values, three bytes for every UTF-16 unit of small ones. */
function sizeOf(run: ExtendedRun): number {
  let size = 64 + bound(run.name) * 2
  for (const name of run.close) size += 7 + bound(name)
  if (run.parse !== undefined) size += bound(run.parse)
  for (const value of run.values)
    size += 6 + (value === null ? 0 : typeof value === 'string' ? bound(value) : value.length)
  return size
}

function bound(text: string): number {
  return text.length < 256 ? text.length * 3 : Buffer.byteLength(text)
}

function writeClose(buffer: Buffer, start: number, name: string): number {
  buffer[start] = Letter.close
  buffer[start + 5] = 0x53
  return finish(buffer, start, writeText(buffer, start + 6, name))
}

function writeParse(buffer: Buffer, start: number, name: string, text: string): number {
  buffer[start] = Letter.parse
  const at = writeText(buffer, writeText(buffer, start + 5, name), text)
  buffer.writeInt16BE(0, at)
  return finish(buffer, start, at + 2)
}

function writeBind(buffer: Buffer, start: number, name: string, values: readonly (string | Buffer | null)[]): number {
  if (values.length > 65_535) throw new RangeError(`A statement can have 65535 values, not ${values.length}.`)
  buffer[start] = Letter.bind
  buffer[start + 5] = 0
  let at = writeFormats(buffer, writeText(buffer, start + 6, name), values)
  at = buffer.writeUInt16BE(values.length, at)
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const length = typeof value === 'string' ? buffer.write(value, at + 4, 'utf8') : value.copy(buffer, at + 4)
    buffer.writeInt32BE(length, at)
    at += 4 + length
  }
  at = buffer.writeInt16BE(0, at)
  return finish(buffer, start, at)
}

/** Formats of the values: none when all are text; else one each, 1 for bytes. */
function writeFormats(buffer: Buffer, at: number, values: readonly (string | Buffer | null)[]): number {
  if (!values.some(value => typeof value === 'object' && value !== null)) return buffer.writeInt16BE(0, at)
  let next = buffer.writeUInt16BE(values.length, at)
  for (const value of values) next = buffer.writeInt16BE(typeof value === 'object' && value !== null ? 1 : 0, next)
  return next
}

function writeText(buffer: Buffer, at: number, text: string): number {
  const end = at + buffer.write(text, at, 'utf8')
  buffer[end] = 0
  return end + 1
}

/** Puts the length, which counts itself but not the letter, and returns the end. */
function finish(buffer: Buffer, start: number, end: number): number {
  buffer.writeInt32BE(end - start - 1, start + 1)
  return end
}
