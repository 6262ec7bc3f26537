import { FrameReader, parseBackendAs } from '@cerci/wire'
import type { Backend } from './backend.js'
import { internalSegment } from './segment.js'

/** Asks PostgreSQL something on behalf of the gateway; the client sees nothing. Undefined when PostgreSQL refuses. */
export async function queryBackend(
  backend: Backend,
  sql: string,
): Promise<readonly (readonly (string | null)[])[] | undefined> {
  const reader = new FrameReader()
  const rows: (string | null)[][] = []
  const { error } = await backend.exchange(internalSegment(sql), 'sync', {
    results(frames) {
      reader.push(frames)
      while (reader.next()) {
        const { values } = parseBackendAs('DataRow', reader.buffer, reader.bodyStart, reader.end)
        rows.push(values.map(value => (value === null ? null : Buffer.from(value).toString('utf8'))))
      }
    },
  })
  return error === undefined ? rows : undefined
}
