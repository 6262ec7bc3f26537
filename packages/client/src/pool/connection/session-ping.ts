import type pg from 'pg'
import { syncMessage } from '../../query/messages.js'
import type { PooledClient } from './pooled-client.js'

/** Whether the session gives a sign of life in time. */
export async function pingSession(client: PooledClient, timeoutMs: number): Promise<boolean> {
  const timer = setTimeout(() => client.destroy(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await new Promise<boolean>(resolve => {
      client.answerNext(new SessionPing(error => resolve(error === undefined)))
    })
  } finally {
    clearTimeout(timer)
  }
}

/** A query that asks nothing: Sync, answered by ReadyForQuery, which also says what state the session is in. */
class SessionPing implements pg.Submittable {
  /** node-postgres calls it when the connection fails. */
  callback: (error?: unknown) => void

  constructor(callback: (error?: unknown) => void) {
    this.callback = callback
  }

  submit(connection: pg.Connection): void {
    connection.stream.write(Buffer.from(syncMessage))
  }

  handleReadyForQuery(): void {
    this.callback()
  }

  handleError(error: unknown): void {
    this.callback(error)
  }
}
