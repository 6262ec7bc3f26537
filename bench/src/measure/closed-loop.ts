/** What one variant did in one round. */
export interface Measurement {
  readonly operationsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of this process, user and system, per operation. */
  readonly cpuMicrosPerOperation: number
}

/** Runs `operation` in `concurrency` loops for `durationMs`; each loop starts the next when the last has settled. */
export async function closedLoop(
  operation: (index: number) => Promise<unknown>,
  concurrency: number,
  durationMs: number,
): Promise<Measurement> {
  const latencies: number[] = []
  let started = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const deadline = start + durationMs
  const loop = async () => {
    for (let before = performance.now(); before < deadline; ) {
      await operation(started++)
      const after = performance.now()
      latencies.push(after - before)
      before = after
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort((a, b) => a - b)
  return {
    operationsPerSecond: (latencies.length * 1000) / elapsedMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMicrosPerOperation: (user + system) / latencies.length,
  }
}

/** The q-quantile of ascending values, nearest rank. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN
}
