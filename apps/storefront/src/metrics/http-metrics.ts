import { Histogram, type Registry } from 'prom-client'

/** Measures requests by route template, so that ids in addresses do not become labels. */
export class HttpMetrics {
  readonly #seconds: Histogram<'method' | 'route' | 'status'>

  constructor(registry: Registry) {
    this.#seconds = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    })
  }

  observe(method: string, route: string, status: number, seconds: number): void {
    this.#seconds.observe({ method, route, status }, seconds)
  }
}
