import type { ClientBatch } from './client/client-batch.js'

/** Where a client connection stands. */
export type SessionState =
  | { readonly phase: 'startup' }
  | { readonly phase: 'ready' }
  | RunningState
  | { readonly phase: 'closed' }

/** Something that the client has sent is being carried out. */
export interface RunningState {
  readonly phase: 'query' | 'copy'
  readonly batch: ClientBatch
  readonly startedAt: number
}

export function isRunning(state: SessionState): state is RunningState {
  return state.phase === 'query' || state.phase === 'copy'
}
