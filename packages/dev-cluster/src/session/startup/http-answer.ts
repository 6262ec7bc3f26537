const METHODS: ReadonlySet<string> = new Set(['GET ', 'HEAD', 'POST', 'PUT ', 'PATC', 'DELE', 'OPTI'])

/** Whether what a client sent first begins as a request of HTTP does; no startup packet is that long. */
export function isHttp(received: Buffer): boolean {
  return METHODS.has(received.toString('latin1', 0, 4))
}

/** Tells whoever opens a SQL port in a browser where to go. */
export function httpAnswer(adminUrl: string): Buffer {
  const text = `This is a SQL port: it speaks the protocol of PostgreSQL, not HTTP. Connect to it with a SQL client, such as psql.
The status page and the admin API of this dev cluster are at ${adminUrl}
`
  return Buffer.from(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}
