import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../engine/temporary-folder.js'

const packageFolder = join(import.meta.dirname, '../..')
const SCRIPT = `import('./dist/testing/index.js').then(({ startTestCluster }) => startTestCluster()).catch(error => console.log(error.code))`

test('a cluster that the environment names needs the driver: CERCI_TEST_DRIVER', () => {
  const folder = temporaryFolder()
  cpSync(join(packageFolder, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(packageFolder, 'package.json'), join(folder, 'package.json'))
  mkdirSync(join(folder, 'node_modules/@cerci'), { recursive: true })
  for (const name of ['wire', 'sql'])
    symlinkSync(join(packageFolder, '..', name), join(folder, 'node_modules/@cerci', name))
  const env = { ...process.env, CERCI_TEST_URL: 'postgresql://root@127.0.0.1:1/defaultdb' }
  expect(execFileSync(process.execPath, ['-e', SCRIPT], { cwd: folder, env, encoding: 'utf8' })).toBe(
    'CERCI_TEST_DRIVER\n',
  )
})
