import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Spread, spread } from '../measure/interleave.js'
import { proportionalMemoryMiB } from '../measure/memory.js'
import { startDevCluster } from '../server.js'

const ROUNDS = 7
const IDLE_MS = 1_000

/**
 * `cerci dev` with three nodes, from its start as a process to its ready line, and from SIGTERM to its end. The first round's
 * engine and template are made in an empty cache; the others find them there.
 */
export async function startAndStop(): Promise<void> {
  const colds: number[] = []
  const warms: number[] = []
  const stops: number[] = []
  const memory: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const cache = mkdtempSync(join(tmpdir(), 'cerci-bench-cache-'))
    chmodSync(cache, 0o711) // the engine does not run as root
    try {
      for (const starts of [colds, warms]) {
        const before = performance.now()
        const cluster = await startDevCluster({ CERCI_CACHE_DIR: cache })
        starts.push(performance.now() - before)
        await sleep(IDLE_MS)
        memory.push(proportionalMemoryMiB(cluster.processId))
        const stopping = performance.now()
        await cluster.stop()
        stops.push(performance.now() - stopping)
      }
    } finally {
      rmSync(cache, { recursive: true, force: true })
    }
  }
  console.log('\n| | median (min–max) |\n|---|---|')
  console.log(`| start from an empty cache | ${inWords(spread(colds), 'ms')} |`)
  console.log(`| start after that | ${inWords(spread(warms), 'ms')} |`)
  console.log(`| stop | ${inWords(spread(stops), 'ms')} |`)
  console.log(`| memory, three idle nodes, engine included | ${inWords(spread(memory), 'MiB')} |`)
}

function inWords({ min, median, max }: Spread, unit: string): string {
  return `**${median.toFixed(0)} ${unit}** (${min.toFixed(0)}–${max.toFixed(0)})`
}
