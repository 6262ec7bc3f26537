#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { ConfigurationError, readConfiguration } from './configuration/configuration.js'
import { failureLine } from './startup/failure-line.js'
import { type Running, startEverything } from './startup/start-everything.js'

// What `npm start` runs. The first SIGINT or SIGTERM stops in order, the second one at once.

const stopping = new AbortController()
/** npm passes on what the terminal has sent to both of them: a second signal so soon is the first one again. */
const sameSignalMs = 250
let toldAt = 0

function onSignal(): void {
  if (!stopping.signal.aborted) {
    toldAt = performance.now()
    print('Stopping; once more stops at once')
    stopping.abort()
  } else if (performance.now() - toldAt > sameSignalMs) {
    process.exit(130)
  }
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function run(): Promise<number> {
  let running: Running | undefined
  try {
    running = await startEverything(readConfiguration(environment()), print, stopping.signal)
    if (!stopping.signal.aborted) print(running.banner)
    const failure = await Promise.race([running.failed, aborted(stopping.signal)])
    await running.stop()
    if (failure !== undefined) throw failure
    return 0
  } catch (error) {
    if (stopping.signal.aborted && running === undefined) return 0
    process.stderr.write(`${failureLine(error)}\n`)
    return 1
  }
}

/** `--http express` says the same as HTTP_SERVER=express. */
function environment(): NodeJS.ProcessEnv {
  try {
    const { http } = parseArgs({ options: { http: { type: 'string' } } }).values
    return http === undefined ? process.env : { ...process.env, HTTP_SERVER: http }
  } catch (error) {
    throw new ConfigurationError([`${error instanceof Error ? error.message : String(error)}; only --http is known.`])
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise(resolve => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

process.exit(await run())
