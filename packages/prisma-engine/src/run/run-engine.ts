import { readFile } from 'node:fs/promises'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { loadEngine } from '../load/load-engine.js'
import { locatePackages } from '../load/locate-packages.js'
import { pins } from '../load/pins.js'
import type { Datamodel, SchemaEngine } from '../load/schema-engine.js'
import { EngineService } from '../rpc/engine-service.js'
import { toFailure } from '../rpc/failure.js'
import { JsonRpc } from '../rpc/json-rpc.js'
import { checkProvider } from '../rpc/provider.js'
import { databaseOf, schemaOf } from '../session/connection-url.js'
import { EngineSession } from '../session/engine-session.js'
import { openCluster } from '../session/open-cluster.js'
import { type EngineArguments, parseEngineArguments } from './engine-arguments.js'
import { logLine, runEngineCommand } from './engine-command.js'
import { EngineRecord } from './engine-record.js'

/**
 * The program that prisma starts in place of its downloaded engine. It ends with its standard input, or after a signal: the statement under
 * way is finished, no other is sent, shadow databases are dropped, the lock is given back.
 *
 * @param given as prisma gives them: `--version`; or `--datasource JSON`, then `cli COMMAND` or requests on standard input
 */
export async function runEngine(given: readonly string[]): Promise<void> {
  if (given.includes('--version')) {
    process.stdout.write(`schema-engine-cli ${pins.engineCommit}\n`)
    return
  }
  const record = new EngineRecord()
  try {
    await run(parseEngineArguments(given))
    record.ended()
  } catch (error) {
    const { message } = toFailure(error, undefined, undefined)
    record.failed(message)
    logLine('ERROR', 'schema_engine::logger', { message })
    process.exitCode = 1
  }
}

async function run({ datasource, datamodels, command }: EngineArguments): Promise<void> {
  const rpc = new JsonRpc(process.stdout)
  const database = databaseOf(datasource)
  const cluster = openCluster(datasource, database)
  const session = new EngineSession({
    cluster,
    database,
    schema: schemaOf(datasource),
    open: name => openCluster(datasource, name),
    say: line => rpc.print(line),
  })
  const stop = (): void => session.interrupt()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  process.stdin.on('end', stop)
  try {
    if (command !== undefined) await runEngineCommand(command, session)
    else await serve(rpc, session, await readDatamodels(datamodels))
  } finally {
    process.stdin.destroy() // prisma keeps it open, and it would keep this process
    await session.close()
    await cluster.close()
  }
}

async function serve(rpc: JsonRpc, session: EngineSession, datamodels: readonly Datamodel[]): Promise<void> {
  const { glue, panic } = await loadEngine(locatePackages(process.cwd()))
  const factory = bindMigrationAwareSqlAdapterFactory(session.adapterFactory)
  const createEngine = async (files: readonly Datamodel[]): Promise<SchemaEngine> => {
    checkProvider(files, await session.version())
    const options = { datamodels: files.length === 0 ? undefined : files }
    return await glue.SchemaEngine.new(options, line => process.stderr.write(`${line}\n`), factory)
  }
  const service = new EngineService({ session, createEngine, datamodels, print: content => rpc.print(content) })
  // A panic ends in a microtask of the engine's own, where nobody awaits it.
  const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject))
  crash.catch(() => {})
  await rpc.serve(process.stdin, {
    answer: ({ method, params }) => Promise.race([service.answer(method, params), crash]),
    toFailure: error => toFailure(error, panic(), factory.errorRegistry),
  })
}

async function readDatamodels(paths: readonly string[]): Promise<Datamodel[]> {
  return await Promise.all(paths.map(async path => [path, await readFile(path, 'utf8')] as const))
}
