import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** One file of SQL that every database starts with. */
export interface OverlayFile {
  readonly name: string
  readonly sql: string
}

/** The package's overlay, in the order in which it runs. */
export async function readOverlay(): Promise<OverlayFile[]> {
  const folder = resolve(import.meta.dirname, '../../overlay')
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).toSorted()
  return Promise.all(names.map(async name => ({ name, sql: await readFile(join(folder, name), 'utf8') })))
}
