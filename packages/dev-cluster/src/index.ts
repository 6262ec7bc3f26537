export { DevClusterError, type DevClusterErrorCode, devClusterErrors } from './dev-cluster-error.js'
export { Engine, type EngineOptions } from './engine/engine.js'
