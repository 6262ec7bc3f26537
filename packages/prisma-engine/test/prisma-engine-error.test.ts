import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { prismaEngineErrors } from '../src/prisma-engine-error.js'

it('docs/prisma.md lists every code, and no other', async () => {
  const text = await readFile(new URL('../../../docs/prisma.md', import.meta.url), 'utf8')
  expect(new Set(text.match(/CERCI_PRISMA_\w+/g))).toEqual(new Set(Object.keys(prismaEngineErrors)))
})
