import { open } from 'node:fs/promises'

/** Makes a file that the user as which PostgreSQL runs can read, whatever this process' umask is. A link is not followed. */
export async function writeReadable(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o644)
  try {
    await handle.writeFile(text)
    await handle.chmod(0o644)
  } finally {
    await handle.close()
  }
}
