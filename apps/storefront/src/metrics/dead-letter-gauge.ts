import { Gauge, type Registry } from 'prom-client'

/** Counts dead letters whenever metrics are collected; what cannot be counted is not a number, and holds up nothing else. */
export function createDeadLetterGauge(registry: Registry, count: () => Promise<number>): Gauge {
  return new Gauge({
    name: 'storefront_dead_letters',
    help: 'Events that no receiver took, to be returned by POST /dead-letters/redeliveries.',
    registers: [registry],
    async collect() {
      this.set(await count().catch(() => Number.NaN))
    },
  })
}
