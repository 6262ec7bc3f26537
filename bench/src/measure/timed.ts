import type { Measurement } from './closed-loop.js'

/** Times one piece of work that does `operations` operations; the latencies are those of the whole. */
export async function timed(operations: number, work: () => Promise<unknown>): Promise<Measurement> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await work()
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    operationsPerSecond: (operations * 1000) / elapsedMs,
    p50Ms: elapsedMs,
    p99Ms: elapsedMs,
    cpuMicrosPerOperation: (user + system) / operations,
  }
}
