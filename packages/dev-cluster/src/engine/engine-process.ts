import { type ChildProcess, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevClusterError } from '../dev-cluster-error.js'
import type { RunUser } from './run-user.js'
import { COPY_FAILED, TEMPLATE_UNREADABLE, unpackFunction } from './template/unpack-template.js'

/**
 * Unpacks the template, runs PostgreSQL, and ends it when standard input closes: when this process says so, and also
 * when it dies in whatever way, so that no engine outlives it. Until PostgreSQL has set its handlers a signal can be
 * lost, hence the loop. Arguments: template or '', data folder, folder to remove at the end or '', signal, command …
 */
const supervisor = `
umask 077
${unpackFunction}
template=$1 data=$2 remove=$3 signal=$4
shift 4
if [ -n "$template" ]; then unpack "$template" "$data" || exit; fi
exec 3<&0
"$@" </dev/null 3<&- &
engine=$!
( read -r _ <&3; while kill -s "$signal" $engine 2>/dev/null; do sleep 1; done ) >/dev/null 2>&1 &
guard=$!
wait $engine
status=$?
kill $guard
if [ -n "$remove" ]; then cd / && rm -rf "$remove" 2>/dev/null; fi
exit $status
`

/** Above it, a shell says which signal ended a process. */
const LAST_EXIT_STATUS = 128
/** SQLSTATEs, which begin each line: no room, memory or files left, no permission, settings or locks. */
const OTHER_CAUSES = /^(?:53\w{3}|42501|F0\w{3}) /
const READY = 'database system is ready to accept connections'
const LOG_LINES = 20
const START_DEADLINE_MS = 30_000

export interface EngineProcessOptions {
  /** Folder with bin/postgres. */
  readonly native: string
  readonly data: string
  /** Unpacked to `data` first. */
  readonly template?: string
  readonly configFile: string
  /** Removed by the supervisor after the end, as far as its user may. */
  readonly remove?: string
  readonly user: RunUser | undefined
  /** `fast` leaves a data folder that starts without recovery; `immediate` is for data that is thrown away. */
  readonly stop: 'fast' | 'immediate'
}

export type ExitReason = {
  /** `bad-template`: it cannot be read. `bad-data`: PostgreSQL refused the data folder, or may have. */
  readonly kind: 'store-in-use' | 'bad-template' | 'bad-data' | 'ended'
  readonly text: string
  readonly log: string
}

/** A PostgreSQL server and the supervisor that bounds its life. */
export class EngineProcess {
  readonly #child: ChildProcess
  readonly #data: string
  readonly #log: string[] = []
  #isReady = false
  #isStopping = false
  /** Settles, never rejects, when the server has ended. */
  readonly exited: Promise<ExitReason>
  readonly #ready: Promise<void>

  constructor(options: EngineProcessOptions) {
    const { native, data, template = '', remove = '', user, configFile } = options
    this.#data = data
    const command = [`${native}/bin/postgres`, '-D', data, '-c', `config_file=${configFile}`]
    const signal = options.stop === 'fast' ? 'INT' : 'QUIT'
    this.#child = spawn('/bin/sh', ['-c', supervisor, 'cerci-engine', template, data, remove, signal, ...command], {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own: Ctrl-C in the terminal must reach only this process, which then stops things in order.
      detached: true,
      ...(user && { uid: user.uid, gid: user.gid }),
    })
    this.#child.stdin?.on('error', () => undefined) // the supervisor was faster
    this.#ready = new Promise(resolve => this.#watchLog(resolve))
    this.exited = this.#exit()
  }

  /** Resolves when connections are accepted. */
  async ready(): Promise<void> {
    const deadline = new AbortController()
    const late = sleep(START_DEADLINE_MS, 'late' as const, { signal: deadline.signal }).catch(() => 'late' as const)
    const outcome = await Promise.race([this.#ready, this.exited, late])
    deadline.abort()
    if (outcome === undefined) return
    if (outcome === 'late') {
      await this.stop()
      const reason = `not ready after ${START_DEADLINE_MS} ms`
      throw new DevClusterError('CERCI_ENGINE_START', { reason, log: this.#lastWords() })
    }
    if (outcome.kind === 'store-in-use') {
      throw new DevClusterError('CERCI_STORE_IN_USE', { folder: dirname(this.#data) }, new Error(outcome.log))
    }
    throw new DevClusterError('CERCI_ENGINE_START', { reason: outcome.text, log: outcome.log })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#child.stdin?.end()
    await this.exited
  }

  /** Lets this process end while the engine runs on; the engine then ends as well. */
  unref(): void {
    this.#child.unref()
  }

  #watchLog(ready: () => void): void {
    if (!this.#child.stderr) return
    createInterface({ input: this.#child.stderr }).on('line', line => {
      // The text is stable: version and language of the engine are ours.
      if (line.includes(READY)) {
        this.#isReady = true
        ready()
      }
      this.#log.push(line)
      if (this.#log.length > LOG_LINES) this.#log.shift()
    })
  }

  #exit(): Promise<ExitReason> {
    return new Promise(resolve => {
      this.#child.once('error', error => resolve({ kind: 'ended', text: error.message, log: '' }))
      this.#child.once('close', (status, signal) => {
        const log = this.#lastWords()
        if (status === COPY_FAILED) resolve({ kind: 'ended', text: 'its template could not be copied', log })
        else if (status === TEMPLATE_UNREADABLE)
          resolve({ kind: 'bad-template', text: 'its template cannot be read', log })
        else if (this.#log.some(line => line.startsWith('F0001 ')))
          resolve({ kind: 'store-in-use', text: 'in use', log })
        else
          resolve({
            kind: this.#mayBeData(status) ? 'bad-data' : 'ended',
            text: signal ? `signal ${signal}` : `exit status ${status}`,
            log,
          })
      })
    })
  }

  /** Not when it was told to end, was killed, had started well, or said that something else is wrong. */
  #mayBeData(status: number | null): boolean {
    if (this.#isStopping || this.#isReady || status === null || status > LAST_EXIT_STATUS) return false
    return !this.#log.some(line => OTHER_CAUSES.test(line))
  }

  #lastWords(): string {
    return this.#log.join(' | ') || '(none)'
  }
}
