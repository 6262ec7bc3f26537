import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { pins } from './pins.js'

/** Files of the packages that the engine is made of. */
export interface PrismaPackages {
  /** The program `prisma`. */
  readonly program: string
  readonly wasm: string
  readonly glue: string
}

/**
 * Finds the `prisma` of a project and what drives its engine, and compares their versions.
 *
 * @param from a folder of the project
 * @throws PrismaEngineError `CERCI_PRISMA_MISSING`, `CERCI_PRISMA_VERSION`
 */
export function locatePackages(from: string): PrismaPackages {
  const prisma = dirname(resolve('prisma/package.json', 'prisma', from))
  expectVersion('prisma', prisma, pins.prisma)
  const glue = resolve('@prisma/schema-engine-wasm/schema_engine_bg', '@prisma/schema-engine-wasm', from)
  expectVersion('@prisma/schema-engine-wasm', dirname(glue), pins.glue)
  return {
    program: join(prisma, 'build', 'index.js'),
    wasm: join(prisma, 'build', 'schema_engine_bg.wasm'),
    glue,
  }
}

/** The project's own package wins over one that happens to lie beside this package. */
function resolve(specifier: string, name: string, from: string): string {
  for (const base of [join(from, 'package.json'), import.meta.url]) {
    try {
      return createRequire(base).resolve(specifier)
    } catch {
      // Not there; the next place may have it.
    }
  }
  throw new PrismaEngineError('CERCI_PRISMA_MISSING', { ...pins, package: name, from })
}

function expectVersion(name: string, folder: string, expected: string): void {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
  if (found !== expected)
    throw new PrismaEngineError('CERCI_PRISMA_VERSION', { ...pins, package: name, found, expected })
}
