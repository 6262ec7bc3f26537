import { BackendSupply } from './backend/backend-supply.js'
import { visitDatabase } from './backend/visit-database.js'
import { ResultBuffer } from './client/result-buffer.js'
import type { SessionContext } from './session-context.js'
import type { SessionOptions } from './session-options.js'
import { SessionVariables } from './session-variables.js'
import { SessionWatcher } from './session-watcher.js'
import { PreparedStatements } from './statement/prepared-statements.js'
import { variableFacts } from './variable-facts.js'

/** What the parts of a session ask of the session itself. */
export interface SessionHooks extends Pick<SessionContext, 'useDatabase' | 'cut' | 'sleep' | 'undisturbed'> {
  readonly sessionId: string
  readonly beginCopy: () => void
}

export interface SessionParts {
  readonly context: SessionContext
  readonly backends: BackendSupply
}

/** Puts a session together; its backend is on its way. */
export function createSessionParts(options: SessionOptions, hooks: SessionHooks): SessionParts {
  const { client, node, parameters, services } = options
  const { sessionId, useDatabase, cut, sleep, undisturbed } = hooks
  const output = new ResultBuffer(client, parameters.resultsBufferBytes, () => context.backend.pause())
  const watcher = new SessionWatcher(output, parameters.user, hooks.beginCopy)
  const backends = new BackendSupply({ options, sessionId, watcher })
  const facts = variableFacts({
    sessionId,
    user: parameters.user,
    node,
    resultsBufferBytes: parameters.resultsBufferBytes,
    encrypted: client.peer !== undefined,
    database: () => context.database,
    transaction: () => context.transaction,
    reported: parameter => watcher.reported(parameter),
  })
  const context: SessionContext = {
    services,
    nodeId: node.id,
    user: parameters.user,
    variables: new SessionVariables(parameters.variables, facts),
    prepared: new PreparedStatements(),
    output,
    watcher,
    database: parameters.database,
    backend: backends.connect(parameters.database, parameters.variables),
    transaction: undefined,
    implicitOpen: false,
    implicitPast: undefined,
    clockShifted: false,
    suspendedPortal: undefined,
    interrupted: undefined,
    useDatabase,
    visit: (database, work) => visitDatabase(context, backends, database, work),
    cut,
    sleep,
    undisturbed,
  }
  return { context, backends }
}
