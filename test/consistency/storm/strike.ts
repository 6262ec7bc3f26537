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
import type { NodeFault, PlannedFault, StatementFault } from './fault-plan.js'

/** Carries out a plan, and ends when everything it did is mended. */
export async function strike(cluster: DevCluster, plan: readonly PlannedFault[]): Promise<void> {
  const began = performance.now()
  /** What is being done to a node; on a slow machine it may still be under way when the next is due. */
  const underWay = new Map<number, Promise<void>>()
  await Promise.all(
    plan.map(async (planned, at) => {
      await sleep(Math.max(0, planned.atMs - (performance.now() - began)))
      const { strikes } = planned
      const before = strikes.kind === 'node' ? underWay.get(strikes.node) : undefined
      const carriedOut = Promise.resolve(before).then(() => carryOut(cluster, planned, `planned-${at}`))
      if (strikes.kind === 'node') underWay.set(strikes.node, carriedOut)
      await carriedOut
    }),
  )
  await Promise.all(cluster.nodes.map(node => node.start()))
}

async function carryOut(cluster: DevCluster, { strikes, forMs }: PlannedFault, rule: string): Promise<void> {
  if (strikes.kind === 'node') return await carryOutOnNode(cluster, strikes.fault, strikes.node, forMs, rule)
  await whileRule(cluster, { ...ruleOf[strikes.fault](strikes.probability), id: rule }, forMs)
}

async function carryOutOnNode(
  cluster: DevCluster,
  fault: NodeFault,
  id: number,
  forMs: number,
  rule: string,
): Promise<void> {
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
    case 'full':
      return await whileRule(cluster, { ...tooManyConnections({ node: id }), id: rule }, forMs)
  }
}

async function whileRule(cluster: DevCluster, rule: FaultRule, forMs: number): Promise<void> {
  cluster.faults.add(rule)
  await sleep(forMs)
  cluster.faults.remove(rule.id)
}

const ruleOf: Readonly<Record<StatementFault, (probability: number) => FaultRule>> = {
  'retry statements': probability => retryErrors({ probability }),
  'retry commits': probability => retryErrors({ stage: 'commit', probability }),
  'ambiguous commits': probability => ambiguousCommits({ probability }),
  'lose replies': probability => lostReplies({ probability }),
  'cut statements': probability => cutConnections('statement', { probability }),
  'cut commits': probability => cutConnections('commit', { probability }),
}
