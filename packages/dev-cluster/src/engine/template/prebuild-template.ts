import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { removeTree } from '../files/own-tree.js'
import { installedNative, usableNative } from '../native-folder.js'
import { readOverlay } from '../overlay.js'
import { makeRunFolder } from '../run-folder.js'
import { lendFolder, unprivilegedUser } from '../run-user.js'
import { buildTemplate } from './build-template.js'
import { copyTemplate, prebuiltData } from './prebuilt-template.js'
import { isComplete, templateKey } from './template.js'

/**
 * Makes the template in advance, so that the first start need not: half of that would be initdb. What is there and still fits, stays.
 *
 * @throws {DevClusterError} `CERCI_ENGINE_…`, `CERCI_TEMPLATE_BUILD`
 */
export async function prebuildTemplate(target: string = prebuiltData): Promise<void> {
  const installed = installedNative()
  const user = unprivilegedUser()
  const overlay = await readOverlay()
  const key = templateKey(installed, overlay)
  if (await isComplete({ key, data: target })) return
  const { folder } = makeRunFolder(user)
  const aside = `${target}.${randomBytes(4).toString('hex')}`
  try {
    const native = await usableNative(installed, folder, user)
    await lendFolder(folder, user)
    await buildTemplate(folder, { key, overlay, native, user })
    await copyTemplate(`${folder}/data`, aside)
    await rm(target, { recursive: true, force: true })
    await rename(aside, target)
  } finally {
    await Promise.all([removeTree(folder), rm(aside, { recursive: true, force: true })])
  }
}
