import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findUser } from '../../src/engine/run-user.js'
import { temporaryFolder } from './temporary-folder.js'

function table(...lines: string[]): string {
  const file = join(temporaryFolder(), 'passwd')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

const root = 'root:x:0:0:root:/root:/bin/bash'

test('prefers nobody, wherever it stands', () => {
  const file = table(root, 'daemon:x:1:1::/:/bin/sh', 'nobody:x:65534:65533::/:/bin/sh')
  expect(findUser(file)).toEqual({ name: 'nobody', uid: 65_534, gid: 65_533 })
})

test('reads the nobody of macOS', () => {
  expect(
    findUser(table(root, '# comment', 'nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false')),
  ).toMatchObject({
    uid: 4_294_967_294,
  })
})

test('takes another user when there is no nobody, but never one with a right of root', () => {
  expect(findUser(table(root, 'toor:x:0:5::/:', 'wheel:x:5:0::/:', 'daemon:x:1:1::/:'))).toMatchObject({
    name: 'daemon',
  })
})

test.each([[[root]], [[]]])('says so when there is none in %j', lines => {
  expect(() => findUser(table(...lines))).toThrow(expect.objectContaining({ code: 'CERCI_ENGINE_USER' }))
})

test('says so when there is no table', () => {
  expect(() => findUser('/nowhere')).toThrow(expect.objectContaining({ code: 'CERCI_ENGINE_USER' }))
})
