import { DevClusterError } from '../../dev-cluster-error.js'

/** The error for what only the embedded engine's gateway can do. */
export function cannot(action: string): DevClusterError {
  return new DevClusterError('CERCI_ENGINE_CANNOT', { action })
}
