import { Cluster } from 'cerci'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase } from '../../../../test/fixture/cluster.js'
import { EngineLock } from '../../src/lock/engine-lock.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = new Cluster(await freshDatabase())
})
afterAll(() => cluster.close())

function take(timeoutMs = 30_000, onWait = (): void => {}): Promise<EngineLock> {
  return EngineLock.take(cluster, { database: 'shop', timeoutMs, onWait, signal: new AbortController().signal })
}

it('is held by one at a time, from the first use on, when nothing of it exists yet', async () => {
  let holders = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const lock = await take()
      most = Math.max(most, ++holders)
      await new Promise(resolve => setTimeout(resolve, 20))
      lock.assertHeld()
      holders--
      await lock.release()
    }),
  )
  expect(most).toBe(1)
})

it('tells once that somebody else has it, and nobody when nobody has', async () => {
  let waits = 0
  const wait = () => take(30_000, () => void waits++)
  const lock = await wait()
  expect(waits).toBe(0)
  const next = wait()
  await expect.poll(() => waits).toBe(1)
  await lock.release()
  await (await next).release()
  expect(waits).toBe(1)
})

it('gives up waiting after its time', async () => {
  const lock = await take()
  await expect(take(300)).rejects.toMatchObject({ code: 'CERCI_PRISMA_LOCK_TIMEOUT' })
  await lock.release()
})

it('goes with its connection, and its holder is told', async () => {
  const clients: Client[] = []
  cluster.pool.on('acquire', (client: Client) => void clients.push(client))
  const lock = await take()
  clients.at(-1)!.connection.stream.destroy()
  const next = await take()
  await expect.poll(() => held(lock), { timeout: 10_000 }).toBe(false)
  expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ code: 'CERCI_PRISMA_LOCK_LOST' }))
  await lock.release()
  await next.release()
})

function held(lock: EngineLock): boolean {
  try {
    lock.assertHeld()
    return true
  } catch {
    return false
  }
}
