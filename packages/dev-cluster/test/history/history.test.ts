import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ControlConnection } from '../../src/engine/control-connection.js'
import { Engine } from '../../src/engine/engine.js'
import { History, type HistoryOptions } from '../../src/history/history.js'
import { engineMicros, readPast } from './past-reader.js'

let engine: Engine
let database: string
let databases = 0

beforeAll(async () => {
  engine = await Engine.start()
})

afterAll(() => engine.stop())

beforeEach(async () => {
  database = `history_${++databases}`
  await engine.query('system', `CREATE DATABASE ${database}`)
})

/** A history of the test's database, and a connection that writes to it. */
async function watched(options: HistoryOptions = {}): Promise<{
  history: History
  writer: ControlConnection
  at: { engine: Engine; history: History; database: string }
}> {
  const history = new History(engine, options)
  onTestFinished(() => history.stop())
  await history.watch(database)
  const writer = await ControlConnection.open({ socketPath: engine.socketPath, database })
  onTestFinished(() => writer.close())
  await writer.run('CREATE TABLE public.t (id int PRIMARY KEY, v int NOT NULL)')
  return { history, writer, at: { engine, history, database } }
}

const VALUES = `SELECT string_agg(id || '=' || v, ' ' ORDER BY id) AS t FROM public.t`

describe('snapshotAt', () => {
  test('shows every state a table went through, without waiting between them', async () => {
    const { writer, at } = await watched()
    const states: [number, string | null][] = []
    for (const sql of [
      'INSERT INTO public.t VALUES (1, 10), (2, 20)',
      'UPDATE public.t SET v = v + 1',
      'DELETE FROM public.t WHERE id = 1',
      'INSERT INTO public.t VALUES (1, 30)',
      'UPDATE public.t SET id = 3 WHERE id = 2',
      'DELETE FROM public.t',
    ]) {
      await writer.run(sql)
      const [row] = await writer.query(VALUES)
      states.push([await engineMicros(writer), row?.['t'] ?? null])
    }
    for (const [time, t] of states) expect(await readPast(at, time, VALUES)).toEqual([{ t }])
    expect(states.map(([, t]) => t)).toEqual(['1=10 2=20', '1=11 2=21', '2=21', '1=30 2=21', '1=30 3=21', null])
  })

  test('is exact to the microsecond: before a commit nothing of it is seen, from it on all', async () => {
    const { writer, at } = await watched()
    await writer.run(
      'BEGIN; INSERT INTO public.t VALUES (1, 1); SAVEPOINT s; INSERT INTO public.t VALUES (2, 2); COMMIT',
    )
    const [row] = await writer.query(
      `SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::int8::text AS at FROM public.t LIMIT 1`,
    )
    const committed = Number(row?.['at'])
    expect(await readPast(at, committed - 1, VALUES)).toEqual([{ t: null }])
    expect(await readPast(at, committed, VALUES)).toEqual([{ t: '1=1 2=2' }])
  })

  test('sees nothing of transactions that were under way, had failed, or came later', async () => {
    const { writer, at } = await watched()
    const other = await ControlConnection.open({ socketPath: engine.socketPath, database })
    onTestFinished(() => other.close())
    await writer.run('INSERT INTO public.t VALUES (1, 1)')
    await other.run('BEGIN; INSERT INTO public.t VALUES (2, 2); SAVEPOINT s; INSERT INTO public.t VALUES (3, 3)')
    await writer.run('BEGIN; UPDATE public.t SET v = 5; ROLLBACK')
    await writer.run('INSERT INTO public.t VALUES (4, 4)')
    const time = await engineMicros(writer)
    expect(await readPast(at, time, VALUES)).toEqual([{ t: '1=1 4=4' }])
    await other.run('COMMIT')
    await writer.run('INSERT INTO public.t VALUES (5, 5)')
    expect(await readPast(at, time, VALUES)).toEqual([{ t: '1=1 4=4' }])
    expect(await readPast(at, await engineMicros(writer), VALUES)).toEqual([{ t: '1=1 2=2 3=3 4=4 5=5' }])
  })

  test('falls back to the last sample when more transactions were under way than a snapshot can list', async () => {
    const { writer, at, history } = await watched()
    await writer.run('INSERT INTO public.t VALUES (0, 0)')
    const other = await ControlConnection.open({ socketPath: engine.socketPath, database })
    onTestFinished(() => other.close())
    const steps = Array.from({ length: 600 }, (_, n) => `SAVEPOINT s${n}; INSERT INTO public.t VALUES (${n + 10}, 1)`)
    await other.run(`BEGIN; ${steps.join(';')}`)
    const sampled = await history.snapshotAt(database, { mode: 'exact', time: { microsAgo: 0 } })
    sampled.release()
    await writer.run('INSERT INTO public.t VALUES (1, 1)')
    const time = await engineMicros(writer)
    await other.run('COMMIT')
    expect(await readPast(at, time, 'SELECT count(*)::text AS n FROM public.t WHERE id >= 10')).toEqual([{ n: '0' }])
    expect(await readPast(at, time, 'SELECT v::text FROM public.t WHERE id = 0')).toEqual([{ v: '0' }])
  })

  test('never shows half of a transaction, whatever time is asked for under load', async () => {
    const seed = Date.now() % 1_000_000
    const { writer, at } = await watched({ sampleMs: 20 })
    await writer.run('INSERT INTO public.t SELECT i, 100 FROM generate_series(1, 20) i')
    const start = await engineMicros(writer)
    const stopAt = performance.now() + 1_500
    const workers = Array.from({ length: 4 }, async (_, worker) => {
      const connection = await ControlConnection.open({ socketPath: engine.socketPath, database })
      for (let n = 0; performance.now() < stopAt; n++) {
        const [from, to] = [1 + ((n * 7 + worker) % 20), 1 + ((n * 3 + worker * 5 + 1) % 20)]
        if (from === to) continue
        const [a, b] = from < to ? [from, to] : [to, from]
        await connection.run(
          `BEGIN; UPDATE public.t SET v = v - 1 WHERE id = ${a}; SAVEPOINT s; UPDATE public.t SET v = v + 1 WHERE id = ${b};
           ${n % 5 === 0 ? 'ROLLBACK TO s; ROLLBACK' : 'COMMIT'}`,
        )
      }
      await connection.close()
    })
    const reads = (async () => {
      let random = seed
      for (let n = 0; performance.now() < stopAt + 300; n++) {
        const now = await engineMicros(writer)
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
        const time = n % 3 === 0 ? now : start + Math.floor((now - start) * (random / 2_147_483_648))
        const sql = `SELECT sum(v)::text AS total, string_agg(v::text, ',' ORDER BY id) AS rows FROM public.t`
        const [first] = await readPast(at, time, sql)
        expect(first, `seed ${seed}, time ${time}`).toMatchObject({ total: '2000' })
        const again = n % 4 === 0 ? await readPast(at, time, sql) : [first]
        expect(again, `seed ${seed}, again at ${time}`).toEqual([first])
      }
    })()
    await Promise.all([...workers, reads])
    // No row version was taken for that of a failed transaction by mistake.
    expect(await writer.query('SELECT sum(v)::text AS total FROM public.t')).toEqual([{ total: '2000' }])
  })

  test('refuses times in the future, and before the cluster was started', async () => {
    const { history } = await watched()
    const future = history.snapshotAt(database, { mode: 'exact', time: { microsAgo: -1e6 } })
    await expect(future).rejects.toMatchObject({ code: 'XXUUU', message: expect.stringContaining('in the future') })
    const past = history.snapshotAt(database, { mode: 'exact', time: { microsAgo: 60e6 } })
    await expect(past).rejects.toMatchObject({ code: 'XXUUU', message: expect.stringContaining('GC threshold') })
  })

  test('shows a database as it was before its first session when the time is before that', async () => {
    const history = new History(engine)
    onTestFinished(() => history.stop())
    const before = Date.now() * 1000 + 1000
    await sleep(3)
    await history.watch(database)
    await engine.query(database, 'CREATE TABLE public.later ()')
    const tables = `SELECT count(*)::text AS n FROM pg_class WHERE relname = 'later'`
    expect(await readPast({ engine, history, database }, before, tables)).toEqual([{ n: '0' }])
  })

  test('keeps databases apart', async () => {
    const first = await watched()
    await first.writer.run('INSERT INTO public.t VALUES (1, 1)')
    const other = `other_${databases}`
    await engine.query('system', `CREATE DATABASE ${other}`)
    await first.history.watch(other)
    await engine.query(other, 'CREATE TABLE public.t AS SELECT 7 AS id, 7 AS v')
    const time = await engineMicros(first.writer)
    await engine.query(other, 'DELETE FROM public.t')
    await first.writer.run('DELETE FROM public.t')
    expect(await readPast(first.at, time, VALUES)).toEqual([{ t: '1=1' }])
    expect(await readPast({ ...first.at, database: other }, time, VALUES)).toEqual([{ t: '7=7' }])
    await engine.release(other)
  })
})

describe('the window', () => {
  const horizon = `SELECT age(backend_xmin)::text AS age FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'`

  test('moves on: what has left it is refused, and PostgreSQL may clean up what it kept', async () => {
    const { writer, history, at } = await watched({ windowMs: 400, sampleMs: 10 })
    await writer.run('INSERT INTO public.t VALUES (1, 0)')
    const first = await engineMicros(writer)
    for (let n = 0; n < 60; n++) await writer.run('UPDATE public.t SET v = v + 1')
    expect(Number((await writer.query(horizon))[0]?.['age'])).toBeGreaterThan(60)
    expect(await readPast(at, first, VALUES)).toEqual([{ t: '1=0' }])
    await expect
      .poll(async () => Number((await writer.query(horizon))[0]?.['age']), { timeout: 5000, interval: 50 })
      .toBeLessThan(5)
    await expect(history.snapshotAt(database, { mode: 'exact', time: { epochMicros: first } })).rejects.toMatchObject({
      code: 'XXUUU',
      message: expect.stringContaining('GC threshold'),
    })
    await writer.run('VACUUM public.t')
    expect(await readPast(at, { mode: 'exact', time: { microsAgo: 1000 } }, VALUES)).toEqual([{ t: '1=60' }])
  })

  test('shrinks while rows are changed fast, to what reads have asked for', async () => {
    const { writer, history, at } = await watched({ sampleMs: 50 })
    const other = await ControlConnection.open({ socketPath: engine.socketPath, database })
    onTestFinished(() => other.close())
    await writer.run('INSERT INTO public.t SELECT i, 0 FROM generate_series(1, 50) i')
    const first = await engineMicros(writer)
    const load = new AbortController()
    const loading = (async () => {
      while (!load.signal.aborted) await other.run('UPDATE public.t SET v = v + 1 WHERE id <= 25')
    })()
    // PostgreSQL's statistics are a second late, and three readings must agree.
    const heldVersions = `SELECT age(backend_xmin)::text AS held, (SELECT max(v)::text FROM public.t) AS made
      FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`
    const mostAreLetGo = async () => {
      const [row] = await writer.query(heldVersions)
      return Number(row?.['made']) > 500 && Number(row?.['held']) < Number(row?.['made']) / 2
    }
    await expect.poll(mostAreLetGo, { timeout: 15_000, interval: 100 }).toBe(true)
    const ago = async (microsAgo: number) => {
      const snapshot = await history.snapshotAt(database, { mode: 'exact', time: { microsAgo } })
      snapshot.release()
    }
    // Nobody has asked so far: not even a moment is kept.
    await expect(ago(100_000)).rejects.toMatchObject({ code: 'XXUUU' })
    const fresh = await history.snapshotAt(database, { mode: 'bounded', time: { microsAgo: 60e6 }, nearestOnly: false })
    fresh.release()
    await expect(readPast(at, first, VALUES)).rejects.toMatchObject({ code: 'XXUUU' })
    await expect(ago(2_500_000)).rejects.toMatchObject({ code: 'XXUUU' })
    await expect.poll(() => ago(2_500_000).then(() => 'kept'), { timeout: 10_000, interval: 100 }).toBe('kept')
    load.abort()
    await loading
  })

  test('never holds a transaction number, a lock, or another transaction back', async () => {
    const { writer } = await watched({ sampleMs: 5 })
    await sleep(30)
    const held = `SELECT locktype, relation::regclass::text FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE a.state = 'idle in transaction' AND a.datname = current_database() AND mode <> 'AccessShareLock' AND locktype <> 'virtualxid'`
    expect(await writer.query(held)).toEqual([])
    await writer.run('ALTER TABLE public.t ADD COLUMN w int; TRUNCATE public.t; DROP TABLE public.t')
  })
})

describe('release', () => {
  test('lets a database be dropped, and one of the same name begins anew', async () => {
    const { history, writer } = await watched()
    await writer.run('INSERT INTO public.t VALUES (1, 1)')
    const time = await engineMicros(writer)
    await writer.close()
    history.unwatch(database)
    await Promise.all([history.release(database), engine.release(database)])
    await engine.query('system', `DROP DATABASE ${database}`)
    await engine.query('system', `CREATE DATABASE ${database}`)
    await history.watch(database)
    const old = history.snapshotAt(database, { mode: 'exact', time: { epochMicros: time } })
    await expect(old).rejects.toMatchObject({ code: 'XXUUU', message: expect.stringContaining('GC threshold') })
    const fresh = await history.snapshotAt(database, { mode: 'exact', time: { microsAgo: 0 } })
    fresh.release()
  })

  test('a database that is dropped with force is no longer watched, and others go on', async () => {
    const { history, writer } = await watched()
    await writer.close()
    const other = `forced_${databases}`
    await engine.query('system', `CREATE DATABASE ${other}`)
    await history.watch(other)
    history.unwatch(other)
    await engine.query('system', `DROP DATABASE ${other} WITH (FORCE)`)
    await expect(history.watch(other)).rejects.toMatchObject({ code: '3D000' })
    const snapshot = await history.snapshotAt(database, { mode: 'exact', time: { microsAgo: 0 } })
    snapshot.release()
  })

  test('keeps the past of a few databases without sessions, and lets go of the others', async () => {
    const history = new History(engine, { maxIdleDatabases: 1 })
    onTestFinished(() => history.stop())
    const other = `idle_${databases}`
    await engine.query('system', `CREATE DATABASE ${other}`)
    await history.watch(database)
    await history.watch(other)
    history.unwatch(database)
    history.unwatch(other)
    const kept = `SELECT datname FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = ANY($1)`
    await expect.poll(() => engine.query('system', kept, [`{${database},${other}}`])).toEqual([{ datname: other }])
  })
})

describe('stop', () => {
  test('takes a moment, and leaves nothing behind', async () => {
    const { history } = await watched()
    const start = performance.now()
    await history.stop()
    expect(performance.now() - start).toBeLessThan(200)
    const left = `SELECT count(*)::text AS n FROM pg_stat_activity WHERE state = 'idle in transaction'`
    expect(await engine.query('system', left)).toEqual([{ n: '0' }])
  })
})
