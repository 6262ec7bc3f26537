import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionSecurity, Peer } from '../../security/connection-security.js'

/** After a silence: how long it takes to notice that the client has left meanwhile, and what it had sent is not to be done. */
const RETURN_MS = 20
/** How long a client may take to close its side after the last message to it. */
const LINGER_MS = 1000

/** A client's socket, with what a session needs beside reading and writing: silence, and the ways to end. */
export class ClientSocket {
  readonly address: string
  /** Settles when nothing more can be read or written. */
  readonly closed: Promise<void>

  /** What carries the bytes: under encryption a socket of its own. */
  readonly #carrier: Socket
  #socket: Socket
  #peer: Peer | undefined
  #unsent: Buffer[] = []
  #frozen = false
  #paused = false
  #ended = false
  /** Ended while frozen: it closes when it thaws. */
  #closing = false
  /** What was read since the silence ended, until it is known that the client is still there. */
  #held: Buffer[] | undefined
  #onData: (chunk: Buffer) => void = () => undefined
  #onDrain: () => void = () => undefined

  constructor(socket: Socket) {
    this.#carrier = socket
    this.#socket = socket
    this.address = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`
    socket.setNoDelay(true)
    // A reset is the client's way to leave; `close` follows and says all that matters.
    socket.on('error', () => undefined)
    this.#listen(socket)
    this.closed = new Promise(resolve => {
      socket.once('close', () => {
        this.#ended = true
        resolve()
      })
    })
  }

  /** Hands over whatever comes from now on. */
  receive(onData: (chunk: Buffer) => void, onDrain: () => void = () => undefined): void {
    this.#onData = onData
    this.#onDrain = onDrain
  }

  /** Undefined as long as nothing is encrypted. */
  get peer(): Peer | undefined {
    return this.#peer
  }

  /**
   * Goes on encrypted, with this end as the server.
   *
   * @returns false when the client's part of the handshake is wrong, and the connection closed
   */
  async startTls({ context, describePeer }: ConnectionSecurity): Promise<boolean> {
    for (const event of ['data', 'drain', 'end']) this.#carrier.removeAllListeners(event)
    // Whether the certificate is one that counts is for authentication to say, in words.
    const options = { isServer: true, secureContext: context, requestCert: true, rejectUnauthorized: false }
    const encrypted = new TLSSocket(this.#carrier, options)
    this.#socket = encrypted
    encrypted.on('error', () => this.reset())
    const secured = new Promise<boolean>(resolve => {
      // Of a TLSSocket that wraps another, as of those of tls.Server, this is the event after the handshake.
      encrypted.once('secure', () => resolve(true))
      void this.closed.then(() => resolve(false))
    })
    if (!(await secured)) return false
    this.#peer = describePeer(encrypted.getPeerX509Certificate())
    this.#listen(encrypted)
    return true
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Returns false when the caller should wait for `onDrain`. */
  write(bytes: Buffer): boolean {
    if (this.#ended) return true
    if (this.#frozen) {
      this.#unsent.push(bytes)
      return false
    }
    return this.#socket.write(bytes)
  }

  /** Stops reading until `resume`. */
  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    if (!this.#frozen) this.#socket.resume()
  }

  /** Falls silent both ways, as a network partition does: nothing is read, nothing sent, nothing closed. */
  freeze(): void {
    this.#frozen = true
    this.#socket.pause()
  }

  /** Ends the silence: what was held back is sent. */
  thaw(): void {
    if (!this.#frozen) return
    this.#frozen = false
    let flushed = true
    for (const bytes of this.#unsent.splice(0)) flushed = this.#socket.write(bytes)
    if (this.#closing) {
      this.#finish()
      return
    }
    this.#hold()
    if (!this.#paused) this.#socket.resume()
    if (flushed) this.#onDrain()
  }

  #hold(): void {
    if (this.#held !== undefined) return
    this.#held = []
    setTimeout(() => {
      const held = this.#held ?? []
      this.#held = undefined
      for (const chunk of held) if (!this.#ended) this.#onData(chunk)
    }, RETURN_MS).unref()
  }

  /**
   * Sends the last bytes and closes. What the client still sends is dropped, so that it gets to read them. While silence
   * lasts, both wait for its end.
   */
  end(bytes?: Buffer): void {
    if (this.#ended) return
    if (bytes !== undefined) this.write(bytes)
    this.#ended = true
    if (this.#frozen) this.#closing = true
    else this.#finish()
  }

  /** Nothing more is read or written; it stays open until it is reset. */
  mute(): void {
    this.#ended = true
  }

  /** Closes at once; the client sees a reset connection if it can see anything. */
  reset(): void {
    this.#ended = true
    // A socket that is shutting down cannot be reset any more: libuv refuses, and Node.js would keep its handle, and its process, for ever.
    // Under encryption each closes the other; closing both by hand ends in a crash of Node.js, or in no `close` at all.
    if (this.#socket.writableEnded) this.#socket.destroy()
    else if (!this.#carrier.destroyed) this.#carrier.resetAndDestroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', chunk => {
      if (this.#ended) return
      if (this.#held === undefined) this.#onData(chunk)
      else this.#held.push(chunk)
    })
    socket.on('drain', () => this.#onDrain())
    socket.on('end', () => this.#leave())
  }

  /** The client has closed its side: so is this one, without a reset, which its last read would fail with. */
  #leave(): void {
    this.#ended = true
    this.#socket.destroy()
  }

  #finish(): void {
    this.#socket.resume()
    this.#socket.end()
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS).unref()
    this.#socket.once('close', () => clearTimeout(timer))
  }
}
