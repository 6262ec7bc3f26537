import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'

/** One message in both directions: how its body is read and written. */
export interface Codec<Message> {
  readonly code: number
  read(body: ByteReader): Message
  write(out: ByteWriter, message: Message): void
}

/** Any message of a catalogue: a plain object told apart by its name. */
export interface Named {
  readonly name: string
}

/** The members of a union of messages that have the given name. */
export type MessageOf<Message extends Named, Name extends Message['name']> = {
  [Each in Name]: Extract<Message, { readonly name: Each }>
}[Name]

/** A codec for each message of a union, so that a new message does not compile until both directions handle it. */
export type CodecTable<Message extends Named> = {
  readonly [Name in Message['name']]: Codec<Extract<Message, { readonly name: Name }>>
}

/** A codec of a message that has no fields. */
export function emptyCodec<Message>(code: number, message: Message): Codec<Message> {
  return { code, read: () => message, write: () => undefined }
}

/** Reads a whole body, and nothing after it. */
export function readBody<Message>(codec: Codec<Message>, buffer: Buffer, bodyStart: number, end: number): Message {
  const body = new ByteReader(buffer, bodyStart, end)
  const message = codec.read(body)
  body.finish()
  return message
}

/** Writes one typed frame. */
export function writeFrame<Message>(codec: Codec<Message>, message: Message): Buffer {
  const out = new ByteWriter().begin(codec.code)
  codec.write(out, message)
  return out.end().finish()
}

/** Reads Int16-counted items. */
export function readList<Item>(body: ByteReader, item: () => Item): Item[] {
  return Array.from({ length: body.count() }, item)
}

/** Writes an Int16 count and the items. */
export function writeList<Item>(out: ByteWriter, items: readonly Item[], item: (item: Item) => void): void {
  out.uint16(items.length)
  for (const each of items) item(each)
}
