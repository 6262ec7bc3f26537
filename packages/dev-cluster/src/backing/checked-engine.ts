import { DevClusterError } from '../dev-cluster-error.js'
import type { EngineName } from './cluster-backing.js'

/** @throws {DevClusterError} `CERCI_ENGINE_INVALID`, `CERCI_ENGINE_CANNOT` */
export function checkedEngine(engine: string, latency: object | undefined): EngineName {
  if (engine !== 'embedded' && engine !== 'cockroach' && engine !== 'docker')
    throw new DevClusterError('CERCI_ENGINE_INVALID', { engine })
  if (engine !== 'embedded' && latency !== undefined)
    throw new DevClusterError('CERCI_ENGINE_CANNOT', { action: 'delay statements by regions (latency)' })
  return engine
}
