/** What `pg_current_snapshot()` said, and a time by which it was true: every commit it sees is not later than that. */
export interface Sample {
  readonly epochMicros: number
  readonly snapshot: string
}

/** Samples of one database in the order they were taken, without repetitions. */
export class SampleRing {
  #samples: Sample[] = []

  add(sample: Sample): void {
    if (this.#samples.at(-1)?.snapshot !== sample.snapshot) this.#samples.push(sample)
  }

  /** The newest sample at or before a time; the oldest one when there is none. */
  before(epochMicros: number): Sample | undefined {
    return this.#samples[Math.max(0, this.#countUntil(epochMicros) - 1)]
  }

  /**
   * The oldest sample that was taken after a time for sure. The first one later than the time is not: its snapshot is a
   * little older than its time.
   */
  after(epochMicros: number): Sample | undefined {
    return this.#samples[this.#countUntil(epochMicros) + 1]
  }

  /** Forgets what no time from `epochMicros` on needs. */
  trim(epochMicros: number): void {
    this.#samples.splice(0, this.#countUntil(epochMicros) - 1)
  }

  get length(): number {
    return this.#samples.length
  }

  /** How many samples are not later than a time. */
  #countUntil(epochMicros: number): number {
    let low = 0
    let high = this.#samples.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const sample = this.#samples[middle]
      if (sample !== undefined && sample.epochMicros <= epochMicros) low = middle + 1
      else high = middle
    }
    return low
  }
}
