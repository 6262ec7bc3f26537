import { type FrontendMessage, serializeFrontend } from '@cerci/wire'
import { describe, expect, it } from 'vitest'
import { Inbox } from '../../../src/session/client/inbox.js'
import { frames } from '../raw-client.js'

const mebibyte = 1024 * 1024
const sync = frames({ name: 'Sync' })

function bigQuery(bytes: number): Buffer {
  return frames({ name: 'Query', text: 'x'.repeat(bytes) })
}

function bigParse(bytes: number): FrontendMessage {
  return { name: 'Parse', statement: '', text: 'x'.repeat(bytes), parameterTypes: [] }
}

describe('a batch', () => {
  it('that does not end is refused when it has become too long, in parts of any size', () => {
    for (const message of [serializeFrontend(bigParse(1000)), frames({ name: 'Execute', portal: '', maxRows: 0 })]) {
      const inbox = new Inbox(
        () => undefined,
        () => undefined,
        100_000,
      )
      const pushAll = () => {
        for (let sent = 0; sent < 1000; sent++) inbox.push(message)
      }
      expect(pushAll).toThrow(expect.objectContaining({ code: '54000' }))
    }
  })

  it('may follow others that together are longer', async () => {
    const inbox = new Inbox(
      () => undefined,
      () => undefined,
      100_000,
    )
    const batch = Buffer.concat([serializeFrontend(bigParse(60_000)), sync])
    for (let sent = 0; sent < 10; sent++) {
      inbox.push(batch)
      expect(await inbox.ready()).toBe(true)
      expect(inbox.take()).toMatchObject({ kind: 'extended', end: 'sync', messages: [{ kind: 'parse' }] })
    }
  })
})

describe('what waits', () => {
  it('makes the client wait by its bytes and by its number, and lets it go on at half of both', () => {
    for (const [query, count] of [
      [bigQuery(8 * mebibyte), 4],
      [bigQuery(10), 64],
    ] as const) {
      const told: string[] = []
      const inbox = new Inbox(
        () => told.push('full'),
        () => told.push('room'),
      )
      for (let sent = 1; sent < count; sent++) inbox.push(query)
      expect(told).toEqual([])
      inbox.push(query)
      expect(told).toEqual(['full'])
      for (let taken = 0; taken < count / 2; taken++) inbox.take()
      expect(told).toEqual(['full'])
      inbox.take()
      expect(told).toEqual(['full', 'room'])
    }
  })
})
