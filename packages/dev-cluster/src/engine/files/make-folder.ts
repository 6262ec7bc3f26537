import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Node's own recursive mkdir tries for ever where the system lets nobody
 * make one, as in /proc.
 *
 * @returns whether it was missing
 * @throws the system's error
 */
export function makeFolder(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && statSync(path).isDirectory()) return false
    if (code !== 'ENOENT' || dirname(path) === path) throw error
  }
  makeFolder(dirname(path))
  mkdirSync(path)
  return true
}
