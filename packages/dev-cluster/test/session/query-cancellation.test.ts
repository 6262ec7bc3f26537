import { expect, test } from 'vitest'
import { QueryCancellation } from '../../src/session/query-cancellation.js'

test('a cancellation is repeated until what ran has ended, and not after that', async () => {
  const cancellation = new QueryCancellation()
  let sent = 0
  const cancel = (): Promise<void> => {
    sent++
    return Promise.resolve()
  }
  cancellation.begin(cancel)
  cancellation.begin(cancel)
  await expect.poll(() => sent).toBeGreaterThan(2)
  await cancellation.end()
  const atTheEnd = sent
  await new Promise(resolve => setTimeout(resolve, 250))
  expect(sent).toBe(atTheEnd)
  // The next query has a cancellation of its own.
  cancellation.begin(cancel)
  expect(sent).toBe(atTheEnd + 1)
  await cancellation.end()
})

test('the end waits for a cancellation that is on its way', async () => {
  const cancellation = new QueryCancellation()
  const onTheirWay: (() => void)[] = []
  cancellation.begin(() => new Promise(resolve => onTheirWay.push(resolve)))
  const order: string[] = []
  const ended = cancellation.end().then(() => order.push('ended'))
  await new Promise(resolve => setImmediate(resolve))
  order.push('heard')
  for (const hear of onTheirWay) hear()
  await ended
  expect(order).toEqual(['heard', 'ended'])
})

test('work of the gateway is struck by none: one on its way is waited for, and the next comes after it', async () => {
  const cancellation = new QueryCancellation()
  const order: string[] = []
  const onTheirWay: (() => void)[] = []
  const hear = (): void => onTheirWay.pop()?.()
  const cancel = (): Promise<void> => {
    order.push('sent')
    return new Promise(resolve => onTheirWay.push(resolve))
  }
  cancellation.begin(cancel)
  const work = cancellation.hold(async () => {
    order.push('work begins')
    cancellation.begin(cancel)
    await new Promise(resolve => setTimeout(resolve, 250))
    order.push('work ends')
  })
  order.push('heard')
  hear()
  await work
  expect(order).toEqual(['sent', 'heard', 'work begins', 'work ends', 'sent'])
  hear()
  await cancellation.end()
})
