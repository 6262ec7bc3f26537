import type { GatewayNode, SessionServices } from '../gateway/gateway-services.js'
import type { AuthenticationMethod } from '../security/authenticate.js'
import type { ClientSocket } from './client/client-socket.js'
import type { StartupParameters } from './startup/startup-parameters.js'

/** What a client sends to cancel a query of a session. */
export interface CancelKey {
  readonly processId: number
  readonly secretKey: number
}

export interface SessionOptions {
  readonly services: SessionServices
  readonly node: GatewayNode
  readonly client: ClientSocket
  readonly parameters: StartupParameters
  readonly authenticationMethod: AuthenticationMethod
  readonly cancelKey: CancelKey
}
