import type { Application } from './dispatch.js'

/** A server that carries the routes; Fastify and Express are two of them. */
export interface HttpServer {
  /** Starts to accept connections; port 0 takes any free one. Returns the address, such as `http://127.0.0.1:3000`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
  /** Stops accepting, finishes what is under way, and closes idle connections. */
  close(): Promise<void>
}

export type CreateHttpServer = (application: Application) => HttpServer
