import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { locatePackages } from '../load/locate-packages.js'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { prismaEnvironment } from './datasource-url.js'
import { EngineRecords, recordVariable } from './engine-record.js'

export interface RunPrismaOptions {
  /** The folder of the project. @default the process' */
  readonly cwd?: string | undefined
  /** @default the process' */
  readonly env?: Readonly<NodeJS.ProcessEnv> | undefined
}

/**
 * Runs the project's own `prisma`, with the engine of this package in place of the one that prisma would download. Input and output are
 * this process'.
 *
 * @param args as for `prisma`: `['migrate', 'deploy']`
 * @returns prisma's exit code
 * @throws PrismaEngineError `CERCI_PRISMA_MISSING`, `CERCI_PRISMA_VERSION`, `CERCI_PRISMA_ENGINE_PATH`, `CERCI_PRISMA_ENGINE_FAILED` when prisma
 *   reports success although its engine has failed
 */
export async function runPrisma(args: readonly string[], options: RunPrismaOptions = {}): Promise<number> {
  const cwd = options.cwd ?? process.cwd()
  const { program } = locatePackages(cwd)
  const records = new EngineRecords()
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: {
      ...prismaEnvironment(options.env ?? process.env),
      PRISMA_SCHEMA_ENGINE_BINARY: enginePath(),
      [recordVariable]: records.folder,
      // Prisma asks its own servers for news and updates, and waits for the answer.
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
    stdio: 'inherit',
  })
  // Ctrl-C reaches prisma by itself, as a member of the same group; this process waits for how it ends.
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', stay).on('SIGTERM', pass)
  try {
    const [code, signal] = await once(child, 'exit')
    const failures = await records.failures()
    if (code === 0 && failures.length > 0)
      throw new PrismaEngineError('CERCI_PRISMA_ENGINE_FAILED', { reason: failures.join('; ') })
    return typeof code === 'number' ? code : 128 + (signal === 'SIGINT' ? 2 : 15)
  } finally {
    records.remove()
    process.off('SIGINT', stay).off('SIGTERM', pass)
  }
}

function stay(): void {}

/** The program that prisma starts as its engine. */
function enginePath(): string {
  const path = join(import.meta.dirname, '..', '..', 'bin', 'cerci-prisma-engine.js')
  try {
    accessSync(path, constants.X_OK)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PrismaEngineError('CERCI_PRISMA_ENGINE_PATH', { path, reason }, error)
  }
  return path
}
