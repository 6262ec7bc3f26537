import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownTree, removeTree } from '../../../src/engine/files/own-tree.js'
import { writeReadable } from '../../../src/engine/files/write-readable.js'
import { unprivilegedUser } from '../../../src/engine/run-user.js'
import { temporaryFolder } from '../temporary-folder.js'

const user = unprivilegedUser()

/** A tree of the user as which PostgreSQL runs, with a link in it, and what that leads to. */
function treeWithLinks(): { tree: string; inner: string; precious: string } {
  const folder = temporaryFolder()
  const [tree, precious] = [join(folder, 'tree'), join(folder, 'precious')]
  const inner = join(tree, 'inner')
  for (const made of [precious, tree, inner]) mkdirSync(made, { mode: 0o700 })
  writeFileSync(join(precious, 'file'), 'precious')
  writeFileSync(join(inner, 'file'), '')
  symlinkSync(precious, join(tree, 'folder-link'))
  symlinkSync(join(precious, 'file'), join(inner, 'file-link'))
  if (user) for (const lent of [tree, inner, join(inner, 'file')]) chownSync(lent, user.uid, user.gid)
  return { tree, inner, precious }
}

describe('a tree is removed', () => {
  test('without what its links lead to', async () => {
    const { tree, precious } = treeWithLinks()
    await removeTree(tree)
    expect([existsSync(tree), readFileSync(join(precious, 'file'), 'utf8')]).toEqual([false, 'precious'])
  })

  test('as a mere link where it is one', async () => {
    const { tree, precious } = treeWithLinks()
    await removeTree(join(tree, 'folder-link'))
    expect([existsSync(join(tree, 'folder-link')), existsSync(join(precious, 'file'))]).toEqual([false, true])
  })

  test('when it is missing, too', async () => {
    await expect(removeTree(join(temporaryFolder(), 'missing'))).resolves.toBeUndefined()
  })
})

test.runIf(user)('a tree that root took over takes nothing more from the run user (root only)', async () => {
  const { tree, inner, precious } = treeWithLinks()
  const mode = statSync(precious).mode
  const plant = (folder: string) =>
    execFileSync('ln', ['-s', '/dev/null', join(folder, 'planted')], { ...user, stdio: 'pipe' })
  await ownTree(tree)
  for (const folder of [tree, inner]) expect(() => plant(folder)).toThrow('Permission denied')
  expect(statSync(join(inner, 'file')).uid).toBe(user?.uid)
  expect(statSync(precious).mode).toBe(mode)
})

test('a file is not written through a link', async () => {
  const { tree, precious } = treeWithLinks()
  await expect(writeReadable(join(tree, 'inner', 'file-link'), 'other')).rejects.toMatchObject({ code: 'EEXIST' })
  expect(readFileSync(join(precious, 'file'), 'utf8')).toBe('precious')
})
