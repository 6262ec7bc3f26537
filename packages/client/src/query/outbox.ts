import type pg from 'pg'

/** Messages of one connection: those of one turn of the event loop leave together, in one write. */
export class Outbox {
  readonly #connection: pg.Connection
  #messages: Buffer[] = []
  #senders: Sender[] = []

  constructor(connection: pg.Connection) {
    this.#connection = connection
  }

  add(sender: Sender, message: Buffer): void {
    if (this.#messages.length === 0) process.nextTick(() => this.#flush())
    this.#messages.push(message)
    this.#senders.push(sender)
  }

  /** Sends at once, if the connection is not lost. */
  send(sender: Sender, message: Buffer): void {
    const { stream } = this.#connection
    if (!stream.writable) return
    sender.sent = true
    stream.write(message)
  }

  /** On a connection that was lost meanwhile nothing is sent: whoever fails the queries sees that. */
  #flush(): void {
    const messages = this.#messages
    const senders = this.#senders
    this.#messages = []
    this.#senders = []
    const { stream } = this.#connection
    if (!stream.writable) return
    for (const sender of senders) sender.sent = true
    const [first] = messages
    if (first !== undefined) stream.write(messages.length === 1 ? first : Buffer.concat(messages))
  }
}

/** Whose message it is. */
export interface Sender {
  /** True once the message may have reached the server. */
  sent: boolean
}
