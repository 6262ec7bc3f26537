import { serializeBackend } from '@cerci/wire'
import type { Backend } from '../backend/backend.js'
import type { CancelKey } from '../session-options.js'
import { initialParameterStatus } from './parameter-status.js'
import type { StartupParameters } from './startup-parameters.js'

/** What a client hears when its session begins. */
export function greeting(parameters: StartupParameters, backend: Backend, cancelKey: CancelKey): Buffer {
  const { negotiate, user } = parameters
  return Buffer.concat([
    ...(negotiate === undefined ? [] : [serializeBackend({ name: 'NegotiateProtocolVersion', ...negotiate })]),
    serializeBackend({ name: 'Authentication', request: { kind: 'Ok' } }),
    initialParameterStatus(user, backend.parameters),
    serializeBackend({ name: 'BackendKeyData', ...cancelKey }),
    serializeBackend({ name: 'ReadyForQuery', status: 'I' }),
  ])
}
