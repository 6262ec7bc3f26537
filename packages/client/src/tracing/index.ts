export { type TracingOptions, type TracingSource, traceCluster } from './trace-cluster.js'
