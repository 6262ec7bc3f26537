import { DevCluster } from '@cerci/dev-cluster'
import { Cluster } from 'cerci'
import { expect, test } from 'vitest'
import { describeFaults } from '../fixture/cluster.js'
import { seededRandom } from '../fixture/seeded-random.js'
import { checkBank } from './checker/check-bank.js'
import { checkLists } from './checker/check-lists.js'
import { checkRegisters } from './checker/check-registers.js'
import { keepEvidence } from './storm/evidence.js'
import { describePlan, planFaults } from './storm/fault-plan.js'
import { strike } from './storm/strike.js'
import { BankWorkload } from './workload/bank-workload.js'
import { ListWorkload } from './workload/list-workload.js'
import { RegisterWorkload } from './workload/register-workload.js'

/** How long faults rage: a share of the two minutes of `npm run test:consistency`, so that the whole suite stays short. */
const DURATION_MS = Number(process.env.CERCI_CONSISTENCY_MS ?? 20_000)
const WORKERS_EACH = 4
const SEED = Number(process.env.CERCI_SEED ?? Date.now() % 1_000_000)

const log = (line: string): void => void process.stdout.write(`${line}\n`)

describeFaults('lists, registers and a bank under a random plan of faults', () => {
  test('show no anomaly to their clients', { timeout: DURATION_MS + 120_000 }, async () => {
    log(`consistency: CERCI_SEED=${SEED} CERCI_CONSISTENCY_MS=${DURATION_MS}`)
    await using dev = await DevCluster.start({ faultSeed: String(SEED) })
    const cluster = new Cluster({ connectionString: dev.url, max: WORKERS_EACH * 3, probeSilentAfterMs: 300 })
    await cluster.query("SET CLUSTER SETTING server.shutdown.transactions.timeout = '500ms'")
    const stream = (name: number): (() => number) => seededRandom(SEED * 10 + name)
    const lists = new ListWorkload(cluster, { random: stream(1) })
    const registers = new RegisterWorkload(cluster, { random: stream(2) })
    const bank = new BankWorkload(cluster, { random: stream(3) })
    const workloads = [lists, registers, bank]
    for (const workload of workloads) await workload.open()

    const plan = planFaults(SEED, { durationMs: DURATION_MS, nodes: dev.nodes.length })
    const storm = { over: false }
    const work = workloads.flatMap(workload =>
      Array.from({ length: WORKERS_EACH }, async () => {
        while (!storm.over) await workload.step()
      }),
    )
    try {
      await strike(dev, plan)
    } finally {
      storm.over = true
      await Promise.all(work)
    }
    await bank.finish()
    const history = await lists.history()
    await cluster.close()

    const found = {
      lists: checkLists(history),
      registers: checkRegisters(registers.operations, registers.initial),
      bank: checkBank(bank.reads, bank.total),
      unexpected: workloads.flatMap(({ answers }) => answers.unexpected),
    }
    for (const { answers } of workloads) log(`consistency: ${JSON.stringify(answers.counts)}`)
    if (Object.values(found).some(({ length }) => length > 0)) {
      const where = keepEvidence(SEED, { found, plan, history, registers: registers.operations, bank: bank.reads })
      log(`consistency: the histories are in ${where}; CERCI_SEED=${SEED} repeats this plan:\n${describePlan(plan)}`)
    }
    expect(found).toEqual({ lists: [], registers: [], bank: [], unexpected: [] })
    // Not vacuous: how much gets done depends on the machine.
    const committed = history.attempts.filter(({ outcome }) => outcome === 'committed')
    expect(committed.length).toBeGreaterThan(DURATION_MS / 2_000)
    expect(registers.operations.length).toBeGreaterThan(DURATION_MS / 1_000)
    expect(bank.reads.length).toBeGreaterThan(DURATION_MS / 4_000)
  })
})
