import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What engines tell the command that started prisma. It is needed because prisma reports success when its engine dies before an answer, and
 * does not wait for an engine that is still cleaning up: a file stands for every engine that runs, and one that stays has failed.
 */
export const recordVariable = 'CERCI_PRISMA_RECORD'

/** On the side of an engine. */
export class EngineRecord {
  readonly #file: string | undefined

  constructor(folder: string | undefined = process.env[recordVariable]) {
    this.#file = folder === undefined || folder === '' ? undefined : join(folder, String(process.pid))
    this.#write('it ended without a word')
  }

  /** It goes on having failed, whatever happens next. */
  failed(reason: string): void {
    this.#write(reason)
  }

  ended(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true })
  }

  #write(reason: string): void {
    if (this.#file !== undefined) writeFileSync(this.#file, reason)
  }
}

/** On the side of the command. */
export class EngineRecords {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'cerci-prisma-'))

  /** Waits until no engine runs any more. Resolves to why engines failed, and removes the records. */
  async failures(): Promise<string[]> {
    while (this.#files().some(isRunning)) await sleep(20)
    const reasons = this.#files().map(file => readFileSync(join(this.folder, file), 'utf8'))
    this.remove()
    return reasons
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #files(): string[] {
    return readdirSync(this.folder)
  }
}

function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}
