import { setTimeout as sleep } from 'node:timers/promises'
import {
  ambiguousCommits,
  cutConnections,
  type DevCluster,
  type FaultRule,
  lostReplies,
  retryErrors,
  slowNode,
  tooManyConnections,
} from '@cerci/dev-cluster'
import type { PlannedFault, StatementFault } from './fault-plan.js'

/** Carries out a plan, and ends when everything it did is mended. */
export async function strike(cluster: DevCluster, plan: readonly PlannedFault[]): Promise<void> {
  const began = performance.now()
  await Promise.all(
    plan.map(async (planned, at) => {
      await sleep(Math.max(0, planned.atMs - (performance.now() - began)))
      await carryOut(cluster, planned, `planned-${at}`)
    }),
  )
  await Promise.all(cluster.nodes.map(node => node.start()))
}

async function carryOut(cluster: DevCluster, { fault, node: id, forMs, probability }: PlannedFault, rule: string) {
  if (id === undefined) {
    return await whileRule(cluster, { ...ruleOf(fault as StatementFault, probability), id: rule }, forMs)
  }
  const node = cluster.node(id)
  switch (fault) {
    case 'kill':
      await node.kill()
      await sleep(forMs)
      return await node.start()
    case 'drain':
      await Promise.all([node.drain(), sleep(forMs)])
      return await node.start()
    case 'partition':
      node.partition()
      await sleep(forMs)
      return node.heal()
    case 'slow':
      return await whileRule(cluster, { ...slowNode(id, 30), id: rule }, forMs)
    default:
      return await whileRule(cluster, { ...tooManyConnections({ node: id }), id: rule }, forMs)
  }
}

async function whileRule(cluster: DevCluster, rule: FaultRule, forMs: number): Promise<void> {
  cluster.faults.add(rule)
  await sleep(forMs)
  cluster.faults.remove(rule.id)
}

function ruleOf(fault: StatementFault, probability: number): FaultRule {
  switch (fault) {
    case 'retry statements':
      return retryErrors({ probability })
    case 'retry commits':
      return retryErrors({ stage: 'commit', probability })
    case 'ambiguous commits':
      return ambiguousCommits({ probability })
    case 'lose replies':
      return lostReplies({ probability })
    case 'cut statements':
      return cutConnections('statement', { probability })
    case 'cut commits':
      return cutConnections('commit', { probability })
  }
}
