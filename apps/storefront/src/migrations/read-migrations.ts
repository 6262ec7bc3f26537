import { readdir, readFile } from 'node:fs/promises'

/** One file of the migrations folder. */
export interface Migration {
  /** The file's name without its ending; names sort in the order in which migrations are applied. */
  readonly name: string
  readonly statements: readonly string[]
  /** Waits until the database has regions. */
  readonly multiRegion: boolean
}

const folder = new URL('../../migrations/', import.meta.url)

const multiRegionMark = '-- Only on a multi-region database.'

/** Reads `NNN-name.sql`. A file that begins with a mark is only for multi-region databases. Statements end with a semicolon at the end of a line, so no line inside a statement may end with one. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).toSorted()
  return Promise.all(
    files.map(async file => {
      const text = await readFile(new URL(file, folder), 'utf8')
      const name = file.slice(0, -'.sql'.length)
      return { name, statements: splitStatements(text), multiRegion: text.startsWith(multiRegionMark) }
    }),
  )
}

function splitStatements(text: string): readonly string[] {
  const statements: string[] = []
  let lines: string[] = []
  for (const line of text.split('\n')) {
    if (lines.length === 0 && (line.trim() === '' || line.startsWith('--'))) continue
    lines.push(line)
    if (!line.trimEnd().endsWith(';')) continue
    statements.push(lines.join('\n').trim().slice(0, -1))
    lines = []
  }
  if (lines.length > 0) throw new Error(`the last statement does not end with a semicolon: ${lines[0]}`)
  return statements
}
