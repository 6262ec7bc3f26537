import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A service under load, in a process of its own. */
export interface Service {
  /** Such as `http://127.0.0.1:3000`. */
  readonly address: string
  stop(): Promise<void>
}

export const administrator = { email: 'bench@example.com', password: 'benchmarks only' } as const

/** The storefront as `npm start` runs it, on a cluster that is there; it migrates, and fills the empty database with demo data. */
export function startStorefront(url: string, poolMax: number): Promise<Service> {
  const folder = dirname(createRequire(import.meta.url).resolve('@cerci/storefront/package.json'))
  return start(join(folder, 'dist/start.js'), /^ {2}Storefront +(\S+)/, {
    DATABASE_URL: url,
    POOL_MAX: String(poolMax),
    PORT: '0',
    DEMO_DATA: 'true',
    ADMIN_EMAIL: administrator.email,
    ADMIN_PASSWORD: administrator.password,
  })
}

/** The tutorial's service, on one node: it knows no more. */
export function startTutorial(url: string, poolMax: number): Promise<Service> {
  const program = fileURLToPath(new URL('tutorial/start.js', import.meta.url))
  return start(program, /^(http:\S+)/, { DATABASE_URL: url, POOL_MAX: String(poolMax) })
}

async function start(program: string, ready: RegExp, environment: Record<string, string>): Promise<Service> {
  const env = { ...process.env, NODE_ENV: 'production', ...environment }
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = (): boolean => child.kill('SIGTERM')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    if (child.exitCode !== null) return
    kill()
    await once(child, 'exit')
  }
  return { address: await printedAddress(child, ready), stop }
}

async function printedAddress(child: ChildProcess, ready: RegExp): Promise<string> {
  if (child.stdout === null) throw new Error('the service has no output')
  for await (const line of createInterface(child.stdout)) {
    const address = ready.exec(line)?.[1]
    if (address === undefined) continue
    child.stdout.resume()
    return address
  }
  throw new Error('the service ended before it was ready')
}
