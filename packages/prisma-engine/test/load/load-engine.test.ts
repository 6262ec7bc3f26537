import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { loadEngine } from '../../src/load/load-engine.js'
import { locatePackages } from '../../src/load/locate-packages.js'
import { pins } from '../../src/load/pins.js'

it('loads the engine of the installed prisma, which passes its smoke test', async () => {
  const { glue, panic } = await loadEngine(locatePackages(import.meta.dirname))
  expect(glue.version()).toBe(pins.engineCommit)
  expect(panic()).toBeUndefined()
})

it('refuses an engine of another commit', async () => {
  const packages = locatePackages(import.meta.dirname)
  const wasm = join(dirname(packages.glue), 'schema_engine_bg.wasm')
  const glue = packages.glue.replace('node_modules', './node_modules') // another name, since an engine is loaded once
  await expect(loadEngine({ ...packages, wasm, glue })).rejects.toMatchObject({
    code: 'CERCI_PRISMA_ENGINE_BROKEN',
    message: expect.stringContaining('built from commit'),
  })
})

it('refuses another version of prisma, and says what to install', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prisma-version-'))
  try {
    await mkdir(join(folder, 'node_modules/prisma'), { recursive: true })
    await writeFile(join(folder, 'node_modules/prisma/package.json'), '{ "name": "prisma", "version": "7.9.0" }')
    expect(() => locatePackages(folder)).toThrow(
      expect.objectContaining({
        code: 'CERCI_PRISMA_VERSION',
        message: expect.stringContaining(`npm install --save-dev --save-exact prisma@${pins.prisma}`),
      }),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
