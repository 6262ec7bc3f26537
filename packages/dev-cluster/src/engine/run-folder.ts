import { mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DevClusterError } from '../dev-cluster-error.js'
import { removeTree } from './files/own-tree.js'
import { closedAncestor } from './files/reachable.js'
import type { RunUser } from './run-user.js'

const PREFIX = 'cerci-'
const OWNER = 'owner'
/** Longest path of a unix socket that every platform takes, in bytes. */
const MAX_SOCKET_PATH = 103
const SOCKET = '.s.PGSQL.5432'

/** The folder of one running engine: its socket and, without a store, its data. */
export interface RunFolder {
  readonly folder: string
  readonly socketPath: string
}

/**
 * Makes a folder that says which process it belongs to. Nobody else may enter it until `lendFolder` gives it to the user as which
 * PostgreSQL runs; what this process has to put there, it puts there before.
 *
 * @param data the engine's data folder. @default `data` in the new folder
 */
export function makeRunFolder(user: RunUser | undefined, data?: string): RunFolder {
  const folder = mkdtempSync(join(temporaryFolder(user), PREFIX))
  writeFileSync(join(folder, OWNER), `${thisProcess()}\n${data ?? join(folder, 'data')}\n`)
  return { folder, socketPath: join(folder, SOCKET) }
}

/**
 * Removes the folders of processes that ended without cleaning up, and ends what still runs in them. Everybody may write to
 * the system's temporary folder, and this may run as root: so only folders, notes and processes of this user, or of the one as
 * which PostgreSQL runs, count.
 */
export async function removeStaleRunFolders(user: RunUser | undefined): Promise<void> {
  const parent = temporaryFolder(user)
  const names = (await readdir(parent)).filter(name => name.startsWith(PREFIX))
  await Promise.all(names.map(name => removeIfStale(join(parent, name), user)))
}

/** The system's folder, unless the user may not enter it or a socket's path in it would be too long. */
function temporaryFolder(user: RunUser | undefined): string {
  const folder = tmpdir()
  const ancestor = closedAncestor(folder, user)
  if (!ancestor && Buffer.byteLength(join(folder, `${PREFIX}XXXXXX`, SOCKET)) <= MAX_SOCKET_PATH) return folder
  if (!closedAncestor('/tmp', user)) return '/tmp'
  throw new DevClusterError('CERCI_FOLDER_UNREACHABLE', {
    folder,
    ancestor: ancestor ?? folder,
    user: user?.name ?? '',
  })
}

async function removeIfStale(folder: string, user: RunUser | undefined): Promise<void> {
  try {
    const note = await readNote(folder, user)
    // Containers may share a temporary folder: another one's processes are not to be judged by their numbers.
    if (!note || note.namespace !== processNamespace()) return
    if (isAlive(note.pid) && processStart(note.pid) === note.start) return
    await endEngine(note.data, user)
    await removeTree(folder)
  } catch {
    // Not a run folder, or just being removed by another process.
  }
}

interface Note {
  readonly pid: number
  readonly start: string
  readonly namespace: string
  readonly data: string
}

/** What the folder says of its process; undefined when somebody else may have written it. */
async function readNote(folder: string, user: RunUser | undefined): Promise<Note | undefined> {
  const self = process.geteuid?.()
  const ours = [self, user?.uid ?? self]
  const file = join(folder, OWNER)
  const [folderStatus, fileStatus] = await Promise.all([lstat(folder), lstat(file)])
  if (!folderStatus.isDirectory() || !fileStatus.isFile()) return undefined
  if (self !== undefined && !(ours.includes(folderStatus.uid) && ours.includes(fileStatus.uid))) return undefined
  const [owner = '', data = ''] = (await readFile(file, 'utf8')).split('\n')
  if (resolve(data) !== data) return undefined
  // PostgreSQL's user owns the folder, so it could have put another note there: its word counts for the folder only.
  if (data !== join(folder, 'data') && self !== undefined && fileStatus.uid !== self) return undefined
  const [pid = '', start = '', namespace = ''] = owner.split(' ')
  return { pid: Number(pid), start, namespace, data }
}

/** The supervisor ends an engine whose parent died; this is for the case that the supervisor was killed as well. */
async function endEngine(data: string, user: RunUser | undefined): Promise<void> {
  const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(lock.split('\n', 1)[0])
  if (!(pid > 0) || !commandLine(pid).includes(data)) return
  const { uid } = await stat(`/proc/${pid}`)
  if (uid === (user?.uid ?? process.geteuid?.())) process.kill(pid, 'SIGQUIT')
}

function commandLine(pid: number): string {
  return readProc(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

function thisProcess(): string {
  return `${process.pid} ${processStart(process.pid)} ${processNamespace()}`
}

/** Within which process numbers mean something; empty where the system has no such thing. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Tells a process from a later one with the same number; empty where the system does not say. */
function processStart(pid: number): string {
  const status = readProc(`/proc/${pid}/stat`)
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
