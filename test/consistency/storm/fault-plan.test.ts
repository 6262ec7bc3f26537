import { expect, test } from 'vitest'
import { describePlan, planFaults } from './fault-plan.js'

const options = { durationMs: 120_000, nodes: 3 }
const seeds = Array.from({ length: 20 }, (_, seed) => seed)

test('the same seed gives the same plan, and another seed another one', () => {
  const plans = seeds.map(seed => describePlan(planFaults(seed, options)))
  expect(seeds.map(seed => describePlan(planFaults(seed, options)))).toEqual(plans)
  expect(new Set(plans).size).toBe(seeds.length)
})

test('a plan has every fault, and leaves a node alone at any time', () => {
  for (const seed of seeds) {
    const plan = planFaults(seed, options)
    expect(new Set(plan.map(({ strikes }) => strikes.fault)).size).toBe(11)
    for (const { atMs } of plan) {
      const struck = plan.flatMap(other =>
        other.strikes.kind === 'node' && other.atMs <= atMs && atMs <= other.atMs + other.forMs
          ? [other.strikes.node]
          : [],
      )
      expect(new Set(struck).size).toBe(struck.length)
      expect(struck.length).toBeLessThan(options.nodes)
    }
  }
})
