/** The part of node:http's and node:https' Server that is used. https://nodejs.org/docs/latest-v20.x/api/http.html#class-httpserver */
export interface HttpServerLike {
  close(closed: (error?: Error) => void): unknown
  closeIdleConnections(): void
  closeAllConnections(): void
  prependListener(event: 'request', listener: (request: unknown, response: HttpResponseLike) => void): unknown
  on(event: 'connection', listener: (socket: SocketLike) => void): unknown
}

interface SocketLike {
  readonly bytesRead: number
  once(event: 'close', listener: () => void): unknown
  destroy(): unknown
}

interface HttpResponseLike {
  readonly headersSent: boolean
  setHeader(name: string, value: string): unknown
  once(event: 'close', listener: () => void): unknown
}

/** Knows which responses of a server are under way, so that the server can be emptied. */
export class HttpDrain {
  readonly #server: HttpServerLike
  readonly #responses = new Set<HttpResponseLike>()
  readonly #sockets = new Set<SocketLike>()
  #leaving = false

  constructor(server: HttpServerLike) {
    this.#server = server
    // Before the application's own listener, which may send the head at once.
    server.prependListener('request', (_, response) => this.#track(response))
    server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /** Responses under way. */
  get active(): number {
    return this.#responses.size
  }

  /** From now on every response asks its client to use another connection for its next request. */
  announce(): void {
    this.#leaving = true
    for (const response of this.#responses) announceClose(response)
  }

  /**
   * Stops accepting, closes what is idle, and waits for the responses under way; cuts them at the deadline.
   *
   * @returns How many were cut.
   */
  async drain(deadlineMs: number): Promise<number> {
    this.announce()
    const closed = new Promise<number>(resolve => this.#server.close(() => resolve(0)))
    this.#server.closeIdleConnections()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<number>(resolve => {
      timer = setTimeout(() => resolve(this.active), Math.max(deadlineMs, 0))
    })
    const silent = setTimeout(() => this.#closeSilent(), SILENT_GRACE_MS)
    const cut = await Promise.race([closed, late])
    clearTimeout(timer)
    clearTimeout(silent)
    this.#server.closeAllConnections()
    await closed
    return cut
  }

  /** Connections that never asked anything, which Node does not count as idle. */
  #closeSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  #track(response: HttpResponseLike): void {
    this.#responses.add(response)
    if (this.#leaving) announceClose(response)
    response.once('close', () => {
      this.#responses.delete(response)
      if (this.#leaving) this.#server.closeIdleConnections()
    })
  }
}

/** Milliseconds for a request that is already on its way over a connection opened just now. */
const SILENT_GRACE_MS = 250

/** Else the client would send its next request on the same connection, which is about to be closed. */
function announceClose(response: HttpResponseLike): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}
