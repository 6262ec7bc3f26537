import { dirname, extname } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { Engine } from '../../src/engine/engine.js'

/** What a test file needs of an engine without a gateway: SQL users' connections as the gateway opens them. */
export interface EngineUnderTest {
  readonly engine: () => Engine
  /** Opens a connection; it is closed after the file. */
  readonly connect: (options?: {
    user?: string
    database?: string
    settings?: Readonly<Record<string, string>>
  }) => Promise<Client>
}

/** Starts an engine for the test file, and stops it after. */
export function engineUnderTest(): EngineUnderTest {
  let engine: Engine | undefined
  const clients: Client[] = []
  const running = (): Engine => {
    if (!engine) throw new Error('the engine starts before the first test')
    return engine
  }
  beforeAll(async () => {
    engine = await Engine.start()
  })
  afterAll(async () => {
    await Promise.all(clients.map(client => client.end()))
    await engine?.stop()
  })
  return {
    engine: running,
    async connect({ user = 'root', database = 'defaultdb', settings = {} } = {}) {
      const { socketPath } = running()
      const startup = { 'crdb.node_id': '2', 'crdb.region': 'eu-west-1', 'crdb.zone': 'eu-west-1a', ...settings }
      const client = new Client({
        host: dirname(socketPath),
        port: Number(extname(socketPath).slice(1)),
        user,
        database,
        options: Object.entries(startup)
          .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
          .join(' '),
      })
      clients.push(client)
      await client.connect()
      return client
    },
  }
}
