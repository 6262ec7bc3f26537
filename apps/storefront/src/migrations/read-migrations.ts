import { readdir, readFile } from 'node:fs/promises'

/** One file of the migrations folder. */
export interface Migration {
  /** The file's name without its ending; names sort in the order in which migrations are applied. */
  readonly name: string
  readonly statements: readonly string[]
}

const folder = new URL('../../migrations/', import.meta.url)

/** Reads `NNN-name.sql`. Statements end with a semicolon at the end of a line, so no line inside a statement may end with one. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).toSorted()
  return Promise.all(
    files.map(async file => ({
      name: file.slice(0, -'.sql'.length),
      statements: splitStatements(await readFile(new URL(file, folder), 'utf8')),
    })),
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
