import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Spread, spread } from '../measure/interleave.js'
import { proportionalMemoryMiB } from '../measure/memory.js'
import { startDevCluster } from '../server.js'

const ROUNDS = 7
const IDLE_MS = 1_000

/** How the starts of each round find things, in their order. */
const starts = ['empty cache', 'after that', 'empty cache, no template made in advance'] as const

/**
 * `cerci dev` with three nodes, from its start as a process to its ready line, and from SIGTERM to its end. Each round has two empty caches; in the
 * second, the template that the build made in advance is put away, so that the start has to make it.
 */
export async function startAndStop(): Promise<void> {
  const times = new Map<string, number[]>(starts.map(start => [start, []]))
  const stops: number[] = []
  const memory: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const caches = [emptyCache(), emptyCache()]
    try {
      for (const start of starts) {
        const isBare = start === 'empty cache, no template made in advance'
        const putBack = isBare ? putAwayTemplate() : () => undefined
        try {
          const before = performance.now()
          const cluster = await startDevCluster({ CERCI_CACHE_DIR: caches[isBare ? 1 : 0] })
          times.get(start)?.push(performance.now() - before)
          await sleep(IDLE_MS)
          memory.push(proportionalMemoryMiB(cluster.processId))
          const stopping = performance.now()
          await cluster.stop()
          stops.push(performance.now() - stopping)
        } finally {
          putBack()
        }
      }
    } finally {
      for (const cache of caches) rmSync(cache, { recursive: true, force: true })
    }
  }
  console.log('\n| | median (min–max) |\n|---|---|')
  for (const [start, ms] of times) console.log(`| start: ${start} | ${inWords(spread(ms), 'ms')} |`)
  console.log(`| stop | ${inWords(spread(stops), 'ms')} |`)
  console.log(`| memory, three idle nodes, engine included | ${inWords(spread(memory), 'MiB')} |`)
}

function emptyCache(): string {
  const cache = mkdtempSync(join(tmpdir(), 'cerci-bench-cache-'))
  chmodSync(cache, 0o711) // the engine does not run as root
  return cache
}

function putAwayTemplate(): () => void {
  const template = join(
    dirname(createRequire(import.meta.url).resolve('@cerci/dev-cluster/package.json')),
    'dist/template',
  )
  renameSync(template, `${template}.away`)
  return () => renameSync(`${template}.away`, template)
}

function inWords({ min, median, max }: Spread, unit: string): string {
  return `**${median.toFixed(0)} ${unit}** (${min.toFixed(0)}–${max.toFixed(0)})`
}
