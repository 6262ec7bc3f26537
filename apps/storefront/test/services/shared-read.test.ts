import { expect, test } from 'vitest'
import { SharedRead } from '../../src/services/shared-read.js'

/** Reads that end when they are told to. */
class Reads {
  readonly ends: ((failure?: Error) => void)[] = []

  start = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const number = this.ends.length + 1
      this.ends.push(failure => (failure === undefined ? resolve(number) : reject(failure)))
    })

  /** Until so many have begun. */
  async begun(count: number): Promise<void> {
    while (this.ends.length < count) await new Promise(resolve => setImmediate(resolve))
  }
}

test('is shared by those who ask before it begins; those who ask later get the next one', async () => {
  const [shared, reads] = [new SharedRead<number>(), new Reads()]
  const early = [shared.run('a', reads.start), shared.run('a', reads.start)]
  await reads.begun(1)
  const late = [shared.run('a', reads.start), shared.run('a', reads.start)]
  const other = shared.run('b', reads.start)
  await reads.begun(2)
  reads.ends[0]?.()
  expect(await Promise.all(early)).toEqual([1, 1])
  await reads.begun(3)
  for (const end of reads.ends) end()
  expect([await other, ...(await Promise.all(late))]).toEqual([2, 3, 3])
})

test('fails for those who share it, and nobody else', async () => {
  const [shared, reads] = [new SharedRead<number>(), new Reads()]
  const early = [shared.run('a', reads.start), shared.run('a', reads.start)]
  await reads.begun(1)
  const late = shared.run('a', reads.start)
  reads.ends[0]?.(new Error('lost'))
  for (const one of early) await expect(one).rejects.toThrow('lost')
  await reads.begun(2)
  reads.ends[1]?.()
  expect(await late).toBe(2)
  const last = shared.run('a', reads.start)
  await reads.begun(3)
  reads.ends[2]?.()
  expect(await last).toBe(3)
})
