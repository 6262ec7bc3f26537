import { spawn } from 'node:child_process'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import type { RunUser } from './run-user.js'

/** The engine's own superuser, which no SQL client ever is. */
export const superuser = 'cerci'

/** Small WAL segments, so that a data folder is quickly copied. */
export const initdbArguments: readonly string[] = [
  `--username=${superuser}`,
  '--locale=C',
  '--encoding=UTF8',
  '--auth=trust', // the socket lies in a folder that only the engine's user may enter
  '--wal-segsize=1',
  '--set=min_wal_size=2MB',
  '--no-sync',
  '--no-instructions',
]

/** Makes PostgreSQL's data folder. */
export async function runInitdb(native: string, data: string, user: RunUser | undefined): Promise<void> {
  if (!user) assertNamed()
  const child = spawn(join(native, 'bin', 'initdb'), [...initdbArguments, '-D', data], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const status = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  if (status !== 0)
    throw new DevClusterError('CERCI_TEMPLATE_BUILD', { folder: data, reason: `initdb: ${log.trim() || status}` })
}

/** initdb refuses a user that has only a number, as containers give one. */
function assertNamed(): void {
  try {
    userInfo()
  } catch (cause) {
    throw new DevClusterError('CERCI_ENGINE_NAMELESS', { uid: process.geteuid?.() ?? 0 }, cause)
  }
}
