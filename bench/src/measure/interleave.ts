import { type Measurement, quantile } from './closed-loop.js'

export interface Variant {
  readonly name: string
  measure(): Promise<Measurement>
}

/** A variant's figures over all rounds, and its throughput over the first variant's, round by round. */
export interface Comparison {
  readonly name: string
  readonly ratio: Spread
  readonly operationsPerSecond: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  readonly cpuMicrosPerOperation: Spread
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/**
 * Measures the variants in turn, A B A B …, so that a drift of the machine's speed touches all alike; the first is the
 * one that others are compared with. One round to warm up is not counted.
 */
export async function interleave(variants: readonly Variant[], rounds: number): Promise<Comparison[]> {
  for (const variant of variants) await variant.measure()
  const measured: Measurement[][] = variants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, variant] of variants.entries()) measured[index]?.push(await variant.measure())
  }
  const baseline = measured[0] ?? []
  return variants.map(({ name }, index) => {
    const own = measured[index] ?? []
    const ratios = own.map(
      (one, round) => one.operationsPerSecond / (baseline[round]?.operationsPerSecond ?? Number.NaN),
    )
    return {
      name,
      ratio: spread(ratios),
      operationsPerSecond: spread(own.map(one => one.operationsPerSecond)),
      p50Ms: spread(own.map(one => one.p50Ms)),
      p99Ms: spread(own.map(one => one.p99Ms)),
      cpuMicrosPerOperation: spread(own.map(one => one.cpuMicrosPerOperation)),
    }
  })
}

export function spread(values: readonly number[]): Spread {
  const ascending = values.toSorted((a, b) => a - b)
  return { min: quantile(ascending, 0), median: quantile(ascending, 0.5), max: quantile(ascending, 1) }
}
