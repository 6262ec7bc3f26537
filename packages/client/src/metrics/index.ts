export { collectMetrics, type Metrics, type MetricsOptions, type MetricsSource } from './collect-metrics.js'
