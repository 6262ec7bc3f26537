import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Server {
  /** Names all nodes. */
  readonly url: string
  /** The URL of one node, for clients that understand only one host. */
  readonly firstUrl: string
  readonly adminUrl: string
  /** Of the dev cluster; 0 for another. */
  readonly processId: number
  stop(): Promise<void>
}

/** The cluster in BENCH_URL, or a dev cluster in a process of its own, so that it shares no event loop with the clients. */
export async function startServer(): Promise<Server> {
  const given = process.env.BENCH_URL
  if (given) return { url: given, firstUrl: firstHost(given), adminUrl: '', processId: 0, stop: async () => {} }
  return startDevCluster()
}

/** A dev cluster of three nodes, what its environment has beside this one's, and more flags of `cerci dev`. */
export async function startDevCluster(env: NodeJS.ProcessEnv = {}, flags: readonly string[] = []): Promise<Server> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@cerci/cli/package.json')), 'bin/cerci.js')
  const child = spawn(process.execPath, [cli, 'dev', '--json', '--port', '0', '--http-port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  // A benchmark that throws must not leave its cluster running.
  const abandon = () => void child.kill('SIGTERM')
  process.once('exit', abandon)
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`cerci dev ended with ${String(code)}`)))
  const [line]: unknown[] = await Promise.race([once(createInterface(child.stdout), 'line'), failed])
  failed.catch(() => undefined)
  const ready: unknown = JSON.parse(String(line))
  if (!isReadyLine(ready)) throw new Error(`cerci dev printed something else than its ready line: ${String(line)}`)
  return {
    url: ready.url,
    firstUrl: firstHost(ready.url),
    adminUrl: ready.adminUrl,
    processId: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
      process.off('exit', abandon)
    },
  }
}

function isReadyLine(value: unknown): value is { url: string; adminUrl: string } {
  return typeof value === 'object' && value !== null && 'url' in value && 'adminUrl' in value
}

function firstHost(url: string): string {
  return url.replace(/^(\w+:\/\/(?:[^@/]*@)?[^,/]+),[^/]*/, '$1')
}
