import type { SessionContext } from '../session-context.js'
import type { ClientBatch } from './client-batch.js'
import type { ClientSocket } from './client-socket.js'
import type { Inbox } from './inbox.js'

/** COPY … FROM STDIN has begun: from now on PostgreSQL gets what the client sends, no faster than it takes it. */
export function feedCopy(context: SessionContext, inbox: Inbox, client: ClientSocket, batch: ClientBatch): void {
  const { backend, transaction } = context
  // What the client sends now is gone once PostgreSQL has read it.
  transaction?.journal.giveUp()
  context.output.release()
  inbox.beginCopy({
    receive: frames => {
      if (!backend.forward(frames)) client.pause()
    },
    get active() {
      return backend.copying
    },
    untilSync: batch.kind === 'extended',
  })
}
