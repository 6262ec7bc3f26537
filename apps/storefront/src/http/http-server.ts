import type { Server } from 'node:http'
import type { Application } from './dispatch.js'

/** A server that carries the routes; Fastify and Express are two of them. */
export interface HttpServer {
  /** Starts to accept connections; port 0 takes any free one. Returns the address, such as `http://127.0.0.1:3000`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
  /** Stops accepting, closes idle connections, finishes what is under way, and cuts what is not finished by the deadline. */
  close(deadlineMs: number): Promise<void>
}

export type CreateHttpServer = (application: Application) => HttpServer

/** Waits for an orderly close, but cuts all connections at the deadline: one slow client must not hold up the rest. */
export async function closeByDeadline(server: Server, deadlineMs: number, close: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs)
  try {
    await close()
  } finally {
    clearTimeout(timer)
  }
}
