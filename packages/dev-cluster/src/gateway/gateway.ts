import { randomInt } from 'node:crypto'
import type { Session } from '../session/session.js'
import type { SessionInfo } from '../session/session-info.js'
import type { CancelKey } from '../session/session-options.js'
import { drainNode } from './drain-node.js'
import type { GatewayNode, GatewayServices } from './gateway-services.js'
import { type ListenerHost, NodeListener } from './node-listener.js'

/** Bits of a process id that number the sessions of a node; the node's id is above them. */
const SESSION_BITS = 20

/** The nodes' listeners and the sessions behind them. */
export class Gateway {
  readonly #services: GatewayServices
  readonly #listeners = new Map<number, NodeListener>()
  readonly #sessions = new Map<number, Session>()
  readonly #host: ListenerHost
  #lastSession = 0

  constructor(services: GatewayServices) {
    this.#services = services
    this.#host = {
      services: {
        ...services,
        sessions: () => this.sessions(),
        cancelQuery: id => this.cancelQuery(id),
        cancelSession: id => this.cancelSession(id),
      },
      newCancelKey: nodeId => this.#newCancelKey(nodeId),
      cancel: key => this.#cancel(key),
      opened: session => this.#add(session),
    }
  }

  /**
   * Opens a node's port.
   *
   * @throws the system's error when the port cannot be had
   */
  async listen(node: GatewayNode): Promise<{ port: number }> {
    const listener = new NodeListener(node, this.#host)
    const listening = await listener.listen()
    this.#listeners.set(node.id, listener)
    return listening
  }

  /** Ends a node without a word. Settles when nothing of its sessions is left in PostgreSQL. */
  async kill(nodeId: number): Promise<void> {
    const listener = this.#listeners.get(nodeId)
    this.#listeners.delete(nodeId)
    await listener?.kill()
  }

  /** Settles when the node has no sessions left; it goes on refusing new ones until it is killed. See {@link drainNode}. */
  async drain(nodeId: number): Promise<void> {
    const listener = this.#listeners.get(nodeId)
    if (listener !== undefined) await drainNode(listener, name => this.#services.setting(name))
  }

  /** Makes a node silent: connections stay, new ones are accepted, and nobody ever answers. */
  partition(nodeId: number): void {
    this.#listeners.get(nodeId)?.partition()
  }

  /** Ends the silence; what waited goes on. */
  heal(nodeId: number): void {
    this.#listeners.get(nodeId)?.heal()
  }

  /** Every session of every node. */
  sessions(): SessionInfo[] {
    return [...this.#sessions.values()].filter(session => !session.closed).map(session => session.info())
  }

  /** @returns whether there was such a query */
  cancelQuery(queryId: string): boolean {
    const session = this.#find(info => info.query?.id === queryId)
    session?.cancelQuery()
    return session !== undefined
  }

  /** @returns whether there was such a session */
  cancelSession(sessionId: string): boolean {
    const session = this.#find(info => info.id === sessionId)
    session?.cancel()
    return session !== undefined
  }

  /** Ends every node. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#listeners.keys(), nodeId => this.kill(nodeId)))
  }

  #add(session: Session): void {
    const { processId } = session.options.cancelKey
    this.#sessions.set(processId, session)
    void session.ended.then(() => this.#sessions.delete(processId))
  }

  #newCancelKey(nodeId: number): CancelKey {
    do this.#lastSession = (this.#lastSession + 1) % (1 << SESSION_BITS)
    while (this.#sessions.has(processIdOf(nodeId, this.#lastSession)))
    return { processId: processIdOf(nodeId, this.#lastSession), secretKey: randomInt(1, 2 ** 31) }
  }

  /** Whichever node a request reaches, its key finds the session. A wrong key does nothing, and nobody is told. */
  #cancel(key: CancelKey): void {
    const session = this.#sessions.get(key.processId)
    if (session?.options.cancelKey.secretKey === key.secretKey) session.cancelQuery()
  }

  #find(matches: (info: SessionInfo) => boolean): Session | undefined {
    return [...this.#sessions.values()].find(session => !session.closed && matches(session.info()))
  }
}

function processIdOf(nodeId: number, session: number): number {
  return (nodeId << SESSION_BITS) | session
}
