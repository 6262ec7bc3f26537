import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Waiter, Waiters } from '../../src/pool/waiters.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function waiter(deadline: number, looked: () => void = () => {}): Waiter {
  let settled = false
  return {
    give: () => {},
    fail: () => {},
    deadline,
    since: 0,
    get settled() {
      looked()
      return settled
    },
    set settled(value: boolean) {
      settled = value
    },
  }
}

/** Those that hold the process. */
function timers(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
}

it('each is told once, at its deadline, whatever the order they came in', () => {
  const late: Waiter[] = []
  const waiters = new Waiters(
    each => late.push(each),
    () => {},
  )
  const now = performance.now()
  const [first, second, third] = [waiter(now + 30), waiter(now + 10), waiter(now + 20)]
  for (const each of [first, second, third]) waiters.push(each)
  vi.advanceTimersByTime(15)
  expect(late).toEqual([second])
  expect(waiters.shift()).toBe(first)
  vi.advanceTimersByTime(100)
  expect(late).toEqual([second, third])
  expect(waiters.size).toBe(0)
})

it('those who have given up are not looked at again, however long an outage lasts in which somebody always waits', () => {
  let looks = 0
  const waiters = new Waiters(
    () => {},
    () => {},
  )
  const count = 2_000
  for (let n = 0; n < count; n++) {
    waiters.push(waiter(performance.now() + 10, () => looks++))
    vi.advanceTimersByTime(1)
  }
  expect(waiters.size).toBeLessThanOrEqual(11)
  expect(looks / count).toBeLessThan(100) // about thirty; with those who have left it would be thousands
})

it('a line that empties and fills again keeps the deadlines of who comes next', () => {
  const late: Waiter[] = []
  const waiters = new Waiters(
    each => late.push(each),
    () => {},
  )
  const now = performance.now()
  waiters.push(waiter(now + 50))
  waiters.shift()
  const [far, near] = [waiter(now + 80), waiter(now + 20)]
  waiters.push(far)
  waiters.push(near)
  vi.advanceTimersByTime(60) // past the deadline of the first, which was served
  expect(late).toEqual([near])
  vi.advanceTimersByTime(30)
  expect(late).toEqual([near, far])
})

it('holds the process only while somebody waits', () => {
  vi.useRealTimers()
  const before = timers()
  const waiters = new Waiters(
    () => {},
    () => {},
  )
  for (let round = 0; round < 2; round++) {
    waiters.push(waiter(performance.now() + 60_000))
    expect(timers()).toBe(before + 1)
    waiters.shift()
    expect(timers()).toBe(before)
  }
  waiters.stop()
})
