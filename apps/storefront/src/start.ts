#!/usr/bin/env node
import { readConfiguration } from './configuration/configuration.js'
import { failureLine } from './startup/failure-line.js'
import { type Running, startEverything } from './startup/start-everything.js'

// What `npm start` runs. The first SIGINT or SIGTERM stops in order, the second one at once.

const stopping = new AbortController()

function onSignal(): void {
  if (stopping.signal.aborted) process.exit(130)
  print('Stopping; once more stops at once')
  stopping.abort()
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function run(): Promise<number> {
  let running: Running | undefined
  try {
    running = await startEverything(readConfiguration(process.env), print, stopping.signal)
    print(running.banner)
    await aborted(stopping.signal)
    await running.stop()
    return 0
  } catch (error) {
    if (stopping.signal.aborted && running === undefined) return 0
    process.stderr.write(`${failureLine(error)}\n`)
    return 1
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

process.exit(await run())
