import { chmod, writeFile } from 'node:fs/promises'

/** Writes a file that the user as which PostgreSQL runs can read, whatever this process' umask is. */
export async function writeReadable(file: string, text: string): Promise<void> {
  await writeFile(file, text)
  await chmod(file, 0o644)
}
