import { readFileSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { DevClusterError } from '../dev-cluster-error.js'

/** The user as which PostgreSQL's processes run. */
export interface RunUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root: then it runs as `nobody` or another unprivileged user; otherwise as this process does (undefined). */
export function unprivilegedUser(): RunUser | undefined {
  return process.geteuid?.() === 0 ? findUser('/etc/passwd') : undefined
}

/** Gives a folder to the user as which PostgreSQL runs, who may then replace anything in it, also by links. */
export async function lendFolder(folder: string, user: RunUser | undefined): Promise<void> {
  if (user) await chown(folder, user.uid, user.gid)
}

/** @throws {DevClusterError} `CERCI_ENGINE_USER` */
export function findUser(table: string): RunUser {
  const users = systemUsers(table).filter(user => user.uid > 0 && user.gid > 0)
  const user = users.find(({ name }) => name === 'nobody') ?? users[0]
  if (!user) throw new DevClusterError('CERCI_ENGINE_USER')
  return user
}

/** initdb needs its user to be named in the system's table, so a bare number would not do. */
function systemUsers(file: string): RunUser[] {
  let table: string
  try {
    table = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new DevClusterError('CERCI_ENGINE_USER', {}, cause)
  }
  return table.split('\n').flatMap(line => {
    const [name = '', , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: unsigned(uid), gid: unsigned(gid) }] : []
  })
}

/** macOS writes nobody as -2. */
function unsigned(id: string): number {
  return Number(id) >>> 0
}
