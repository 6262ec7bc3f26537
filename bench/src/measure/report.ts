import { cpus, totalmem } from 'node:os'
import type { Comparison, Spread } from './interleave.js'

/** Prints a comparison as a Markdown table, ready for bench/README.md. */
export function report(title: string, comparisons: readonly Comparison[]): void {
  console.log(`\n### ${title}\n`)
  console.log('| variant | × first: median (min–max) | per second | p50 ms | p99 ms | client CPU µs |')
  console.log('|---|---|---|---|---|---|')
  for (const one of comparisons) {
    const cells = [
      one.name,
      `**${one.ratio.median.toFixed(2)}** (${one.ratio.min.toFixed(2)}–${one.ratio.max.toFixed(2)})`,
      figure(one.operationsPerSecond, 0),
      figure(one.p50Ms, 2),
      figure(one.p99Ms, 2),
      figure(one.cpuMicrosPerOperation, 0),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** One line that says which machine the figures come from. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${model}, ${memory} GiB, Node ${process.version}, ${process.platform} ${process.arch}`
}

function figure(spread: Spread, digits: number): string {
  return spread.median.toFixed(digits)
}
