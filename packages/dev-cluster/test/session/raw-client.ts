import { connect, type Socket } from 'node:net'
import {
  type BackendMessage,
  FrameReader,
  type FrontendMessage,
  parseBackend,
  serializeFrontend,
  serializeStartup,
} from '@cerci/wire'

/** A client that speaks the wire protocol message by message. */
export class RawClient {
  readonly socket: Socket
  readonly received: BackendMessage[] = []
  readonly #reader = new FrameReader()
  #taken = 0
  #closed = false
  #wake: () => void = () => undefined
  #raw: ((chunk: Buffer) => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  static open(host: string, port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new RawClient(socket))
      })
    })
  }

  /** Starts a session; throws when it is refused. */
  async start(parameters: Record<string, string>): Promise<BackendMessage[]> {
    this.socket.write(startupBytes(parameters))
    const greeting = await this.untilReady()
    const refused = greeting.find(message => message.name === 'ErrorResponse')
    if (refused !== undefined) throw new Error(refused.fields.get('M'))
    return greeting
  }

  send(...messages: FrontendMessage[]): void {
    this.socket.write(frames(...messages))
  }

  /** The next message, or undefined when the connection is closed. */
  async next(): Promise<BackendMessage | undefined> {
    while (this.#taken === this.received.length && !this.#closed) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.received[this.#taken++]
  }

  /** Everything up to the next message with the name, or to the end of the connection. */
  async until(name: BackendMessage['name']): Promise<BackendMessage[]> {
    const messages: BackendMessage[] = []
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      messages.push(message)
      if (message.name === name) break
    }
    return messages
  }

  /** Everything up to ReadyForQuery, or to the end of the connection. */
  untilReady(): Promise<BackendMessage[]> {
    return this.until('ReadyForQuery')
  }

  /** Sends a simple query and gets everything it is answered with. */
  query(text: string): Promise<BackendMessage[]> {
    this.send({ name: 'Query', text })
    return this.untilReady()
  }

  /** Everything until the server closes the connection. */
  async untilClosed(): Promise<BackendMessage[]> {
    const messages: BackendMessage[] = []
    for (let message = await this.next(); message !== undefined; message = await this.next()) messages.push(message)
    return messages
  }

  /** The next bytes as they come, instead of messages. */
  nextBytes(): Promise<Buffer> {
    return new Promise(resolve => {
      this.#raw = resolve
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  destroy(): void {
    this.socket.destroy()
  }

  #receive(chunk: Buffer): void {
    if (this.#raw !== undefined) {
      this.#raw(chunk)
      this.#raw = undefined
      return
    }
    this.#reader.push(chunk)
    while (this.#reader.next()) {
      const { code, buffer, bodyStart, end } = this.#reader
      this.received.push(parseBackend(code, buffer, bodyStart, end))
    }
    this.#wake()
  }
}

export function startupBytes(parameters: Record<string, string>, minorVersion = 0): Buffer {
  return serializeStartup({ name: 'StartupMessage', minorVersion, parameters: new Map(Object.entries(parameters)) })
}

export function frames(...messages: FrontendMessage[]): Buffer {
  return Buffer.concat(messages.map(message => serializeFrontend(message)))
}

/** The messages of one statement of the extended protocol, without Sync. */
export function statementMessages(text: string, values: readonly (string | null)[] = []): FrontendMessage[] {
  return [
    { name: 'Parse', statement: '', text, parameterTypes: [] },
    { name: 'Bind', portal: '', statement: '', parameterFormats: [], values: values.map(toBytes), resultFormats: [] },
    { name: 'Describe', kind: 'P', object: '' },
    { name: 'Execute', portal: '', maxRows: 0 },
  ]
}

function toBytes(value: string | null): Buffer | null {
  return value === null ? null : Buffer.from(value)
}
