import type { HealthOptions } from './health-response.js'

/** What gives metrics as text: a prom-client `Registry`. */
export interface MetricsRegister {
  readonly contentType: string
  metrics(): Promise<string>
}

/** What the plugin of every web framework takes. */
export interface HttpOptions extends HealthOptions {
  /** Path of the health report; `'off'` for none. Answers 200, or 503 when no node answers or the process shuts down. @default '/health' */
  readonly healthPath?: string | undefined
  /** Path of the metrics in Prometheus' format, when there is a `register`. @default '/metrics' */
  readonly metricsPath?: string | undefined
  /** The registry that `collectMetrics()` of `cerci/metrics` writes to. @default no metrics */
  readonly register?: MetricsRegister | undefined
}
