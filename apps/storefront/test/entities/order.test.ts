import { expect, test } from 'vitest'
import { hasBeen, nextStatuses, type OrderState } from '../../src/entities/order.js'

/** Every path that an order can take, as the states on it. */
function paths(from: OrderState): OrderState[][] {
  const further = nextStatuses[from.status].flatMap(status => paths({ status, version: from.version + 1 }))
  return further.length === 0 ? [[from]] : further.map(path => [from, ...path])
}

const all = paths({ status: 'placed', version: 1 })
const states = all.flat()

test('an order has been in a state exactly when every path to where it is leads through it', () => {
  expect(all).toHaveLength(3)
  for (const now of states) {
    const past = all.find(path => path.some(state => isSame(state, now))) ?? []
    const been = past.slice(0, past.findIndex(state => isSame(state, now)) + 1)
    for (const then of states) expect(hasBeen(now, then)).toBe(been.some(state => isSame(state, then)))
  }
})

test('an order that was cancelled at once has never been paid', () => {
  expect(hasBeen({ status: 'cancelled', version: 2 }, { status: 'paid', version: 2 })).toBe(false)
  expect(hasBeen({ status: 'cancelled', version: 3 }, { status: 'paid', version: 2 })).toBe(true)
  expect(hasBeen({ status: 'cancelled', version: 3 }, { status: 'cancelled', version: 2 })).toBe(false)
})

function isSame(one: OrderState, other: OrderState): boolean {
  return one.status === other.status && one.version === other.version
}
