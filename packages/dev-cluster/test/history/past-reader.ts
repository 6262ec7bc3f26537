import { ControlConnection, type TextRow } from '../../src/engine/control-connection.js'
import type { Engine } from '../../src/engine/engine.js'
import type { History } from '../../src/history/history.js'
import type { AsOf } from '../../src/translate/as-of/as-of.js'

/** The engine's clock, in microseconds. */
export async function engineMicros(connection: ControlConnection): Promise<number> {
  const [row] = await connection.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8::text AS now')
  return Number(row?.['now'])
}

/** Runs a query as of a time, as a session does. */
export async function readPast(
  { engine, history, database }: { engine: Engine; history: History; database: string },
  asOf: AsOf | number,
  sql: string,
): Promise<TextRow[]> {
  const time: AsOf = typeof asOf === 'number' ? { mode: 'exact', time: { epochMicros: asOf } } : asOf
  const snapshot = await history.snapshotAt(database, time)
  const connection = await ControlConnection.open({ socketPath: engine.socketPath, database })
  try {
    await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await connection.run(`SET TRANSACTION SNAPSHOT '${snapshot.id}'`)
    return await connection.query(sql)
  } finally {
    snapshot.release()
    await connection.close()
  }
}
