export { DevCluster, type TestDatabase } from './dev-cluster.js'
export { DevClusterError, type DevClusterErrorCode, devClusterErrors } from './dev-cluster-error.js'
export type { DevClusterOptions } from './dev-cluster-options.js'
export type {
  CommitTruth,
  FaultEffect,
  FaultRule,
  FaultStage,
  FaultStatus,
  RetryReason,
} from './faults/fault.js'
export type { FaultInjector } from './faults/fault-injector.js'
export {
  ambiguousCommits,
  cutConnections,
  type FaultConditions,
  lostReplies,
  retryErrors,
  slowNode,
  tooManyConnections,
  wrongClock,
} from './faults/fault-rules.js'
export type { LatencyOption, LatencyTable } from './latency/load-latencies.js'
export { type ClientFiles, createClientCertificate } from './security/certificate-folder.js'
export type { ClusterNode } from './topology/cluster-node.js'
export type { ClusterRegion } from './topology/cluster-region.js'
export type { Membership, NodeInfo, NodeState } from './topology/cluster-state.js'
export type { AddNodeOptions } from './topology/plan-node.js'
