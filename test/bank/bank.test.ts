import { setTimeout as sleep } from 'node:timers/promises'
import { DevCluster } from '@cerci/dev-cluster'
import { Cluster } from 'cerci'
import { expect, test } from 'vitest'
import { describeFaults } from '../fixture/cluster.js'
import { seededRandom } from '../fixture/seeded-random.js'
import { audit, type Ledger, openBank, transfer } from './bank.js'

/** Printed, so that a failing run can be repeated. */
const log = (line: string): void => void process.stdout.write(`${line}\n`)

const WORKERS = 20
const DURATION_MS = 60_000

describeFaults('a bank under rolling kills', () => {
  test('ends with exact money, and every acknowledged transfer exactly once', { timeout: 180_000 }, async () => {
    const seed = Number(process.env.CERCI_SEED ?? Date.now() % 1_000_000)
    log(`bank: CERCI_SEED=${seed}`)
    const random = seededRandom(seed)
    await using dev = await DevCluster.start()
    const cluster = new Cluster({ connectionString: dev.url, max: WORKERS })
    await openBank(cluster)

    const ledger: Ledger = { acknowledged: new Set(), refused: new Map() }
    const end = Date.now() + DURATION_MS
    const worker = async () => {
      while (Date.now() < end) await transfer(cluster, ledger, random)
    }
    const killer = async () => {
      let kills = 0
      for (; Date.now() < end - 2_000; kills++) {
        const node = dev.node(1 + (kills % dev.nodes.length))
        await sleep(300 + random() * 700)
        await node.kill()
        await sleep(200 + random() * 800)
        await node.start()
      }
      return kills
    }
    const [kills] = await Promise.all([killer(), ...Array.from({ length: WORKERS }, worker)])

    const faults = await audit(cluster, ledger)
    await cluster.close()
    log(`bank: ${ledger.acknowledged.size} transfers, ${ledger.refused.size} refused, ${kills} kills`)
    expect(faults).toEqual([])
    expect([...ledger.refused.values()]).toEqual([])
    expect(kills).toBeGreaterThan(20)
    expect(ledger.acknowledged.size).toBeGreaterThan(1_000)
  })
})
