import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'

/** Whether this user or root made it: programs and data that anybody else put in a cache would run as this user. */
export function isOurs({ uid }: Stats): boolean {
  const self = process.geteuid?.()
  return self === undefined || uid === self || uid === 0
}

/** Whether there is a folder, itself and no link, that this user or root made. */
export async function isOurFolder(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined)
  return status?.isDirectory() === true && isOurs(status)
}
