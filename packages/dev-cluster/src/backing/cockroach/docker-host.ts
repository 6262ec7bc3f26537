import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { cannot } from './cannot.js'
import {
  type CockroachNode,
  localityFlag,
  type MakeNodeHost,
  type NodeHost,
  type NodeHostOptions,
} from './node-host.js'
import { runCommand } from './run-command.js'

const PROGRAM = 'docker'
const INSECURE = '--insecure'
const IMAGE = 'cockroachdb/cockroach:latest-v26.2'
const SQL_PORT = 26257
const HTTP_PORT = 8080
/** The image's store. */
const DATA = '/cockroach/cockroach-data'

/** Nodes as containers on a network of their own. Source: https://www.cockroachlabs.com/docs/v26.2/start-a-local-cluster-in-docker-linux */
export const dockerHost: MakeNodeHost = async options => {
  // The nodes talk to each other by names that no certificate made beforehand has.
  if (options.certsDir !== undefined) throw cannot('be secure in containers (secure)')
  const host = new DockerHost(options)
  await host.makeNetwork()
  return host
}

class DockerHost implements NodeHost {
  readonly #options: NodeHostOptions
  readonly #network = `cerci-${randomBytes(4).toString('hex')}`
  readonly #made = new Set<number>()

  constructor(options: NodeHostOptions) {
    this.#options = options
  }

  async makeNetwork(): Promise<void> {
    await runCommand(PROGRAM, ['network', 'create', this.#network])
  }

  async start(node: CockroachNode, members: readonly CockroachNode[]): Promise<void> {
    if (this.#made.has(node.id)) {
      await runCommand(PROGRAM, ['start', this.#container(node)])
      return
    }
    const { folder, keep, image = IMAGE } = this.#options
    this.#made.add(node.id)
    const name = this.#container(node)
    await runCommand(PROGRAM, [
      'run',
      '--detach',
      `--name=${name}`,
      `--hostname=${name}`,
      `--network=${this.#network}`,
      `--publish=${node.host}:${node.port}:${SQL_PORT}`,
      `--publish=${node.host}:${node.httpPort}:${HTTP_PORT}`,
      ...(keep ? [`--volume=${join(folder, `node${node.id}`)}:${DATA}`] : []),
      image,
      'start',
      INSECURE,
      `--advertise-addr=${name}:${SQL_PORT}`,
      `--listen-addr=0.0.0.0:${SQL_PORT}`,
      `--http-addr=0.0.0.0:${HTTP_PORT}`,
      `--join=${members.map(member => `${this.#container(member)}:${SQL_PORT}`).join(',')}`,
      localityFlag(node),
    ])
  }

  ask(node: CockroachNode, command: readonly string[]): Promise<string> {
    const own = ['cockroach', ...command, INSECURE, `--host=localhost:${SQL_PORT}`]
    return runCommand(PROGRAM, ['exec', this.#container(node), ...own])
  }

  async kill(node: CockroachNode): Promise<void> {
    await runCommand(PROGRAM, ['kill', this.#container(node)])
  }

  async stop(): Promise<void> {
    const containers = Array.from(this.#made, id => this.#container({ id }))
    const removeContainers =
      containers.length > 0 ? runCommand(PROGRAM, ['rm', '--force', '--volumes', ...containers]) : undefined
    const [removed] = await Promise.allSettled([removeContainers])
    const [network] = await Promise.allSettled([runCommand(PROGRAM, ['network', 'rm', this.#network])])
    // A network cannot go while containers are in it: the first error is the reason.
    for (const result of [removed, network]) if (result.status === 'rejected') throw result.reason
  }

  #container({ id }: Pick<CockroachNode, 'id'>): string {
    return `${this.#network}-node${id}`
  }
}
