import type pg from 'pg'
import { syncMessage } from '../query/messages.js'

/** A query that asks nothing: Sync, answered by ReadyForQuery, which also says what state the session is in. */
export class SessionPing implements pg.Submittable {
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
