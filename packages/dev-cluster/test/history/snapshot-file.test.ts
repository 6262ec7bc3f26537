import { describe, expect, onTestFinished, test } from 'vitest'
import { ControlConnection } from '../../src/engine/control-connection.js'
import { Engine } from '../../src/engine/engine.js'
import { parseSnapshot, snapshotFile } from '../../src/history/snapshot-file.js'

const holder = { virtualTransaction: '7/3', processId: 42, databaseOid: 16_384 }

describe('parseSnapshot', () => {
  test('reads what PostgreSQL prints', () => {
    expect(parseSnapshot('10:20:10,14,15')).toEqual({ xmin: 10n, xmax: 20n, running: [10n, 14n, 15n] })
    expect(parseSnapshot('10:10:')).toEqual({ xmin: 10n, xmax: 10n, running: [] })
  })
})

describe('snapshotFile', () => {
  test('drops the epoch of transaction numbers', () => {
    const content = { xmin: 2n ** 32n + 5n, xmax: 2n ** 32n + 9n, running: [2n ** 32n + 5n] }
    expect(snapshotFile(holder, content)).toContain('\nxmin:5\nxmax:9\nxcnt:1\nxip:5\n')
  })

  test('has the lines of a file that PostgreSQL wrote, in its order', async () => {
    const engine = await Engine.start()
    onTestFinished(() => engine.stop())
    const connection = await ControlConnection.open({ socketPath: engine.socketPath, database: 'defaultdb' })
    onTestFinished(() => connection.close())
    await connection.run('BEGIN')
    const [row] = await connection.query(
      `SELECT pg_read_file('pg_snapshots/' || pg_export_snapshot()) AS text, pg_current_snapshot()::text AS snapshot`,
    )
    // PostgreSQL lists subtransactions, under sxcnt, where the overflow flag `sof` is not set.
    const theirs = names(row?.['text'] ?? '').filter(name => name !== 'sxcnt')
    expect(names(snapshotFile(holder, parseSnapshot(row?.['snapshot'] ?? '')))).toEqual(theirs)
  })
})

function names(text: string): (string | undefined)[] {
  return text.split('\n').map(line => line.split(':')[0])
}
