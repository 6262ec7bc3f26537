import { connect, type Socket } from 'node:net'

/**
 * The least that a client can do: one socket, one prepared statement, one write a statement, and an answer of which only the end is looked
 * for. What another client costs beyond it is that client's own cost.
 */
export class MinimalClient {
  readonly #socket: Socket
  #answered: () => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // A short answer comes in one piece, and ReadyForQuery, six bytes, ends it.
    socket.on('data', data => {
      if (data[data.length - 6] === READY_FOR_QUERY) this.#answered()
    })
  }

  /** Connects without a password and prepares the statement. */
  static async open(url: string, text: string): Promise<MinimalClient> {
    const { hostname, port, username, pathname } = new URL(url)
    const socket = connect(Number(port), hostname)
    const client = new MinimalClient(socket)
    await client.#ask(startup(username, pathname.slice(1)))
    await client.#ask(Buffer.concat([message('P', Buffer.from(`s\0${text}\0\0\0`)), SYNC]))
    return client
  }

  /** Runs the statement with these values. */
  run(values: readonly string[]): Promise<void> {
    return this.#ask(bindExecuteSync(values))
  }

  close(): void {
    this.#socket.end(message('X', Buffer.alloc(0)))
  }

  #ask(bytes: Buffer): Promise<void> {
    return new Promise(resolve => {
      this.#answered = resolve
      this.#socket.write(bytes)
    })
  }
}

const READY_FOR_QUERY = 0x5a

function startup(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const bytes = Buffer.alloc(8 + parameters.length)
  bytes.writeInt32BE(bytes.length, 0)
  bytes.writeInt32BE(0x30000, 4)
  parameters.copy(bytes, 8)
  return bytes
}

function message(letter: string, body: Buffer): Buffer {
  const bytes = Buffer.alloc(5 + body.length)
  bytes.write(letter)
  bytes.writeInt32BE(4 + body.length, 1)
  body.copy(bytes, 5)
  return bytes
}

const SYNC = message('S', Buffer.alloc(0))
const EXECUTE_SYNC = Buffer.concat([message('E', Buffer.alloc(5)), SYNC])

function bindExecuteSync(values: readonly string[]): Buffer {
  let size = 1 + 4 + 1 + 2 + 2 + 2 + 2 + EXECUTE_SYNC.length
  for (const value of values) size += 4 + value.length
  const bytes = Buffer.allocUnsafe(size)
  bytes.write('B\0\0\0\0\0s\0\0\0', 'latin1')
  bytes.writeInt32BE(size - EXECUTE_SYNC.length - 1, 1)
  let at = bytes.writeInt16BE(values.length, 10)
  for (const value of values) {
    at = bytes.writeInt32BE(value.length, at)
    at += bytes.write(value, at, 'latin1')
  }
  at = bytes.writeInt16BE(0, at)
  EXECUTE_SYNC.copy(bytes, at)
  return bytes
}
