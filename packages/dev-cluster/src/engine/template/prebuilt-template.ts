import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

/** Where the package's build puts the template of the platform that it runs on. */
export const prebuiltData: string = resolve(import.meta.dirname, '../../../dist/template')

const run = promisify(execFile)

/** Copies a template to where another user may read it. */
export async function copyTemplate(source: string, target: string): Promise<void> {
  await run('cp', ['-R', source, target])
  await run('chmod', ['-R', 'u+rwX,go+rX', target])
}
