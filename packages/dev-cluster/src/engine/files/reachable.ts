import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { RunUser } from '../run-user.js'

/** The folder on the way to `path` (itself included) that the user may not enter; undefined if the user may enter them all. */
export function closedAncestor(path: string, user: RunUser | undefined): string | undefined {
  if (!user) return undefined
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (!mayEnter(folder, user)) return folder
    if (folder === dirname(folder)) return undefined
  }
}

function mayEnter(folder: string, user: RunUser): boolean {
  const { mode, uid, gid } = statSync(folder)
  const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode
  return (bits & 1) === 1
}
