import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DevClusterError } from '../../dev-cluster-error.js'
import { printAddress } from '../../topology/listen-address.js'
import {
  type CockroachNode,
  localityFlag,
  type MakeNodeHost,
  type NodeHost,
  type NodeHostOptions,
  securityFlags,
} from './node-host.js'
import { runCommand } from './run-command.js'
import { KILL, nodeSupervisor } from './supervisor.js'

const PROGRAM = 'cockroach'

/** Nodes as processes of the `cockroach` on PATH. Source: https://www.cockroachlabs.com/docs/v26.2/cockroach-start */
export const binaryHost: MakeNodeHost = async options => {
  options.log(`using ${(await runCommand(PROGRAM, ['version', '--build-tag'])).trim()}`)
  return new BinaryHost(options)
}

class BinaryHost implements NodeHost {
  readonly #options: NodeHostOptions
  readonly #processes = new Map<number, ChildProcess>()

  constructor(options: NodeHostOptions) {
    this.#options = options
  }

  async start(node: CockroachNode, members: readonly CockroachNode[], onExit: () => void): Promise<void> {
    const { folder, keep, certsDir, log } = this.#options
    const store = join(folder, `node${node.id}`)
    const args = [
      'start',
      ...securityFlags(certsDir),
      `--store=path=${store}`,
      `--listen-addr=${printAddress(node.host, node.port)}`,
      `--http-addr=${printAddress(node.host, node.httpPort)}`,
      `--join=${members.map(({ host, port }) => printAddress(host, port)).join(',')}`,
      localityFlag(node),
      '--cache=64MiB',
      '--max-sql-memory=128MiB',
      '--logtostderr=WARNING',
    ]
    // Ctrl-C in the terminal must reach only this process, which then stops things in order.
    const child = spawn('/bin/sh', ['-c', nodeSupervisor, 'cerci-node', keep ? '' : store, PROGRAM, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    })
    child.stdin?.on('error', () => undefined) // the supervisor was faster
    this.#processes.set(node.id, child)
    if (child.stderr) createInterface({ input: child.stderr }).on('line', line => log(`node ${node.id}: ${line}`))
    child.once('exit', () => {
      if (this.#processes.get(node.id) === child) this.#processes.delete(node.id)
      onExit()
    })
    await once(child, 'spawn').catch((cause: unknown) => {
      throw new DevClusterError('CERCI_COMMAND_MISSING', { program: PROGRAM }, cause)
    })
  }

  ask(node: CockroachNode, command: readonly string[]): Promise<string> {
    const host = `--host=${printAddress(node.host, node.port)}`
    return runCommand(PROGRAM, [...command, ...securityFlags(this.#options.certsDir), host])
  }

  async kill(node: CockroachNode): Promise<void> {
    const child = this.#processes.get(node.id)
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.stdin?.end(KILL)
    await exited
  }

  async stop(nodes: readonly CockroachNode[]): Promise<void> {
    await Promise.all(nodes.map(node => this.kill(node)))
  }
}
