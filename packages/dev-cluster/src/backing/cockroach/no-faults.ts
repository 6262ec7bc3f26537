import { FaultInjector } from '../../faults/fault-injector.js'
import { cannot } from './cannot.js'

/** The fault injector of a cluster that has no gateway to inject them in: every rule is refused. */
export class NoFaults extends FaultInjector {
  /** @throws {DevClusterError} `CERCI_ENGINE_CANNOT` */
  override add(): never {
    throw cannot('inject faults')
  }

  /** @throws {DevClusterError} `CERCI_ENGINE_CANNOT` */
  override replace(): never {
    throw cannot('inject faults')
  }

  /** @throws {DevClusterError} `CERCI_ENGINE_CANNOT` */
  override reseed(): never {
    throw cannot('inject faults')
  }
}
