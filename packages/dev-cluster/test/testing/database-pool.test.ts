import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Engine } from '../../src/engine/engine.js'
import { DatabasePool } from '../../src/testing/database-pool.js'

let engine: Engine
let pool: DatabasePool

beforeAll(async () => {
  engine = await Engine.start()
  pool = new DatabasePool(engine)
})

afterAll(async () => {
  pool.close()
  await engine.stop()
})

async function databases(): Promise<string[]> {
  const rows = await engine.query('system', 'SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1')
  return rows.map(({ datname }) => datname ?? '')
}

describe('DatabasePool', () => {
  test('gives away empty databases that are apart from each other', async () => {
    const [one, two] = [await pool.take(), await pool.take()]
    await engine.query(one, 'CREATE TABLE public.t AS SELECT 1 AS x')
    await expect(engine.query(two, 'SELECT * FROM public.t')).rejects.toMatchObject({ code: '42P01' })
    const owners = await engine.query(
      'system',
      'SELECT DISTINCT datdba::regrole FROM pg_database WHERE datname = ANY($1)',
      [`{${one},${two}}`],
    )
    expect(owners).toEqual([{ datdba: 'root' }])
  })

  test('hides what lies ready', async () => {
    await pool.take()
    expect((await databases()).filter(name => name.startsWith('cerci'))).toEqual([])
  })

  test('copies a template, as it was when it was first asked for', async () => {
    await engine.query('system', 'CREATE DATABASE app OWNER root')
    await engine.query('app', 'CREATE TABLE public.t AS SELECT 1 AS x')
    const copies = [await pool.take('app'), await pool.take('app'), await pool.take('app')]
    for (const copy of copies) expect(await engine.query(copy, 'SELECT x FROM public.t')).toEqual([{ x: '1' }])
  })

  test('copies a template as it was when first asked for, and another of its name as that is', async () => {
    const contents = async (name: string): Promise<unknown> => (await engine.query(name, 'SELECT x FROM public.t'))[0]
    await engine.query('system', 'CREATE DATABASE changing')
    await engine.query('changing', 'CREATE TABLE public.t AS SELECT 1 AS x')
    expect(await contents(await pool.take('changing'))).toEqual({ x: '1' })
    await engine.query('changing', 'UPDATE public.t SET x = 2')
    for (let copy = 0; copy < 6; copy++) expect(await contents(await pool.take('changing'))).toEqual({ x: '1' })

    await engine.release('changing')
    await engine.query('system', 'DROP DATABASE changing')
    await expect(pool.take('changing')).rejects.toMatchObject({ code: 'CERCI_TEMPLATE_UNKNOWN' })
    await engine.query('system', 'CREATE DATABASE changing')
    await engine.query('changing', 'CREATE TABLE public.t AS SELECT 3 AS x')
    for (let copy = 0; copy < 6; copy++) expect(await contents(await pool.take('changing'))).toEqual({ x: '3' })
    const frozen = "SELECT count(*) FROM pg_database WHERE starts_with(datname, 'cerci_frozen_')"
    await engine.query('system', 'DROP DATABASE changing WITH (FORCE)')
    await expect(pool.take('changing')).rejects.toMatchObject({ code: 'CERCI_TEMPLATE_UNKNOWN' })
    // Those of the templates of the other tests stay.
    await expect.poll(() => engine.query('system', frozen), { timeout: 10_000 }).toEqual([{ count: '1' }])
  })

  test('drops a database that is in use', async () => {
    const name = await pool.take()
    const sleeping = engine.query(name, 'SELECT pg_sleep(60)').then(
      () => undefined,
      (error: unknown) => error,
    )
    await engine.query(name, 'SELECT 1')
    pool.drop(name)
    expect(await sleeping).toMatchObject({ code: '57P01' })
    await expect.poll(databases, { timeout: 10_000, interval: 10 }).not.toContain(name)
  })

  test('says which template is missing, and which is in use', async () => {
    await expect(pool.take('missing')).rejects.toMatchObject({ code: 'CERCI_TEMPLATE_UNKNOWN' })
    await engine.query('system', 'CREATE DATABASE busy')
    const sleeping = engine.query('busy', 'SELECT pg_sleep(60)').catch(() => undefined)
    await engine.query('busy', 'SELECT 1')
    await expect(pool.take('busy')).rejects.toMatchObject({ code: 'CERCI_TEMPLATE_BUSY' })
    pool.drop('busy')
    await sleeping
  })
})
