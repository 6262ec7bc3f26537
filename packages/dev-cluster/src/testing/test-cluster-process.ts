import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import type { DevClusterOptions } from '../dev-cluster-options.js'

/** Compiled: a process is started from what was built, whatever imports this. */
const PROGRAM = join(import.meta.dirname, '../../dist/testing/serve-test-cluster.js')

/** A cluster in a process of its own, which ends with this one at the latest. */
export interface ClusterProcess {
  readonly url: string
  readonly adminUrl: string
  stop(): Promise<void>
}

/**
 * Starts a dev cluster in another process: tests must not have to share their event loop with it. While nothing is awaited,
 * it does not keep this process alive.
 *
 * @throws {DevClusterError} `CERCI_TEST_CLUSTER_START`
 */
export async function startClusterProcess(options: DevClusterOptions): Promise<ClusterProcess> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
  const [output, complaints] = [gather(child.stdout), gather(child.stderr)]
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  // Not at its exit: what it has written may still be on its way then.
  const closed = once(child, 'close').catch((error: unknown) => {
    throw new DevClusterError('CERCI_TEST_CLUSTER_START', { reason: String(error) }, error)
  })
  const ended = closed.then(() => undefined)
  const ready = await Promise.race([output.line, ended])
  if (ready === undefined) throw new DevClusterError('CERCI_TEST_CLUSTER_START', { reason: complaints.text().trim() })
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    if ('unref' in handle && typeof handle.unref === 'function') handle.unref()
  }
  const { url, adminUrl } = readReadyLine(ready)
  const stop = async () => {
    child.ref()
    child.stdin.end()
    await exited
  }
  return { url, adminUrl, stop }
}

/** Reads on for ever, so that the child never waits for us. */
function gather(stream: NodeJS.ReadableStream): { readonly line: Promise<string>; text(): string } {
  let text = ''
  const line = new Promise<string>(resolve => {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-10_000)
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
  })
  return { line, text: () => text }
}

function readReadyLine(line: string): { url: string; adminUrl: string } {
  const value: unknown = JSON.parse(line)
  if (typeof value === 'object' && value !== null && 'url' in value && 'adminUrl' in value) {
    return { url: String(value.url), adminUrl: String(value.adminUrl) }
  }
  throw new DevClusterError('CERCI_TEST_CLUSTER_START', { reason: line })
}
