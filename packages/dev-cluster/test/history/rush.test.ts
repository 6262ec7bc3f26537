import { describe, expect, test } from 'vitest'
import { Rush } from '../../src/history/rush.js'

const TICK_MICROS = 200_000

class Watch {
  readonly rush = new Rush()
  #now = 1_000_000

  /** So many statements in each of some fifths of a second. */
  load(perTick: number, ticks: number): boolean {
    for (let tick = 0; tick < ticks; tick++) {
      for (let n = 0; n < perTick; n++) this.rush.note()
      this.#now += TICK_MICROS
      this.rush.read(this.#now)
    }
    return this.rush.high
  }
}

describe('Rush', () => {
  test('is high after a second of thousands of changes, and later the fewer they are', () => {
    const [fast, slow] = [new Watch(), new Watch()]
    expect([fast.load(800, 4), fast.load(800, 1)]).toEqual([false, true])
    expect([slow.load(100, 14), slow.load(100, 2)]).toEqual([false, true])
  })

  test('is not made by a burst, nor by few changes however long', () => {
    const watch = new Watch()
    expect(watch.load(3_000, 2)).toBe(false)
    expect(watch.load(0, 1)).toBe(false)
    expect(watch.load(30, 500)).toBe(false)
  })

  test('ends with the changes, and comes back at once', () => {
    const watch = new Watch()
    expect(watch.load(800, 10)).toBe(true)
    expect(watch.load(0, 1)).toBe(false)
    expect(watch.load(0, 100)).toBe(false)
    expect(watch.load(800, 1)).toBe(true)
    watch.load(0, 310)
    expect(watch.load(800, 1)).toBe(false)
  })
})
