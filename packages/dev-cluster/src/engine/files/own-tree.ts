import { constants } from 'node:fs'
import { open, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Takes a tree over from the user as which PostgreSQL runs: its folders become this user's, from the top down, and others may
 * only read them. What root does in it afterwards cannot be led elsewhere by a link that is put there meanwhile. Files stay whose
 * they are, since they may have other names elsewhere.
 */
export async function ownTree(folder: string): Promise<void> {
  if (process.geteuid?.() !== 0) return // then everything is its own
  await ownFolder(folder, 0o755)
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await ownTree(join(folder, entry.name))
}

/** Removes a tree, and follows no link, whoever else may write there. What is missing, or is no folder, is fine. */
export async function removeTree(folder: string): Promise<void> {
  if (process.geteuid?.() !== 0) return await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    await ownFolder(folder, 0o700)
  } catch {
    return await rm(folder, { force: true }) // missing, no folder, or a link
  }
  const entries = await readdir(folder, { withFileTypes: true })
  await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? removeTree(path) : rm(path, { force: true })
    }),
  )
  await rmdir(folder)
}

/** From then on nobody else can put anything there or take it away. */
async function ownFolder(folder: string, mode: number): Promise<void> {
  const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY } = constants
  const handle = await open(folder, O_RDONLY | O_NOFOLLOW | O_DIRECTORY)
  try {
    await handle.chown(process.geteuid?.() ?? 0, process.getegid?.() ?? 0)
    await handle.chmod(mode)
  } finally {
    await handle.close()
  }
}
