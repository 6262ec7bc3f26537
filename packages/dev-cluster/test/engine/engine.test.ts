import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Engine } from '../../src/engine/engine.js'
import { unprivilegedUser } from '../../src/engine/run-user.js'
import { emptyCache, expectWhole, start } from './cache.js'
import { temporaryFolder } from './temporary-folder.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Engine', () => {
  test('runs a serializable PostgreSQL with the databases of a new cluster, owned by a root that is no superuser', async () => {
    const engine = await start()
    expect(await engine.query('defaultdb', 'SHOW default_transaction_isolation')).toEqual([
      { default_transaction_isolation: 'read committed' }, // control connections stay out of conflicts
    ])
    expect(
      await engine.query('system', "SELECT boot_val, reset_val FROM pg_settings WHERE name = 'max_connections'"),
    ).toEqual([{ boot_val: '100', reset_val: '500' }])
    expect(
      await engine.query(
        'postgres',
        'SELECT datname, rolname, rolsuper FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE NOT datistemplate ORDER BY 1',
      ),
    ).toEqual(['defaultdb', 'postgres', 'system'].map(datname => ({ datname, rolname: 'root', rolsuper: 'f' })))
  })

  test('sends values as parameters, and gives text and nulls back', async () => {
    const engine = await start()
    const values = ["it's", 42, true, null]
    expect(await engine.query('defaultdb', 'SELECT $1::text a, $2::int b, $3::bool c, $4::text d', values)).toEqual([
      { a: "it's", b: '42', c: 't', d: null },
    ])
  })

  test('rejects a statement with its SQLSTATE, and goes on', async () => {
    const engine = await start()
    await expect(engine.query('defaultdb', 'SELECT 1/0')).rejects.toMatchObject({ code: '22012' })
    await expect(engine.query('nowhere', 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
    expect(await engine.query('defaultdb', 'SELECT 1 AS one')).toEqual([{ one: '1' }])
  })

  test('lets a released database be dropped', async () => {
    const engine = await start()
    await engine.query('system', 'CREATE DATABASE gone')
    await Promise.all(Array.from({ length: 10 }, () => engine.query('gone', 'SELECT 1')))
    await engine.release('gone')
    await engine.query('system', 'DROP DATABASE gone')
    await expect(engine.query('gone', 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  })

  test('leaves no file and no server after stop, and refuses queries', async () => {
    const engine = await Engine.start()
    const [{ pid } = {}] = await engine.query('defaultdb', "SELECT pg_read_file('postmaster.pid') AS pid")
    const server = Number(pid?.split('\n')[0])
    await Promise.all([engine.stop(), engine.stop()])
    expect(existsSync(dirname(engine.socketPath))).toBe(false)
    expect(() => process.kill(server, 0)).toThrow('ESRCH')
    expect(await engine.ended).toBeUndefined()
    await expect(engine.query('defaultdb', 'SELECT 1')).rejects.toMatchObject({ code: 'CERCI_ENGINE_CLOSED' })
  })

  test('stops while queries run, and rejects them', async () => {
    const engine = await Engine.start()
    const running = engine.query('defaultdb', 'SELECT pg_sleep(60)').then(
      () => undefined,
      (error: unknown) => error,
    )
    await engine.query('defaultdb', 'SELECT 1')
    await engine.stop()
    expect(await running).toBeInstanceOf(Error)
  })

  test('says so when PostgreSQL ends by itself', async () => {
    const engine = await start()
    const [{ pid } = {}] = await engine.query('defaultdb', "SELECT pg_read_file('postmaster.pid') AS pid")
    process.kill(Number(pid?.split('\n')[0]), 'SIGKILL')
    expect(await engine.ended).toMatchObject({ code: 'CERCI_ENGINE_GONE' })
  })

  test('has a socket that only its own user may open', async () => {
    const engine = await start()
    const socket = connect({ path: engine.socketPath })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.destroy()
    expect(Buffer.byteLength(engine.socketPath)).toBeLessThan(104)
  })
})

test.skipIf(process.geteuid?.() !== 0)(
  'a folder that only root may enter is refused with its name (root only)',
  async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o700)
    emptyCache()
    const refused = { code: 'CERCI_FOLDER_UNREACHABLE', message: expect.stringContaining(`chmod o+x ${folder}`) }
    vi.stubEnv('CERCI_CACHE_DIR', join(folder, 'cache'))
    await expect(Engine.start()).rejects.toMatchObject(refused)
    vi.unstubAllEnvs()
    await expect(Engine.start({ store: join(folder, 'store') })).rejects.toMatchObject(refused)
  },
)

test.skipIf(process.geteuid?.() !== 0)(
  'a temporary folder that only root may enter is passed over (root only)',
  async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o700)
    vi.stubEnv('TMPDIR', folder)
    const engine = await start()
    expect(engine.socketPath).toMatch(/^\/tmp\/cerci-/)
  },
)

describe('a store', () => {
  test('keeps data from one run to the next', async () => {
    const store = join(temporaryFolder(), 'store')
    const first = await start({ store })
    await first.query('defaultdb', 'CREATE TABLE public.kept AS SELECT 42 AS answer')
    await first.stop()
    const second = await start({ store })
    expect(await second.query('defaultdb', 'SELECT answer FROM public.kept')).toEqual([{ answer: '42' }])
    expect(await second.query('defaultdb', 'SHOW fsync')).toEqual([{ fsync: 'on' }])
  })

  test('is refused while another engine uses it, and that one is unharmed', async () => {
    const store = join(temporaryFolder(), 'store')
    const first = await start({ store })
    await expect(Engine.start({ store })).rejects.toMatchObject({ code: 'CERCI_STORE_IN_USE' })
    expect(await first.query('defaultdb', 'SELECT 1 AS one')).toEqual([{ one: '1' }])
  })

  test("that is new and opened twice at once is one engine's, and the other is refused", async () => {
    const store = join(temporaryFolder(), 'store')
    const outcomes = await Promise.allSettled([start({ store }), start({ store })])
    const [first, second] = outcomes.toSorted((a, b) => a.status.localeCompare(b.status))
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'CERCI_STORE_IN_USE' } })
    if (first?.status !== 'fulfilled') throw new Error('no engine started', { cause: first?.reason })
    await expectWhole(first.value)
    expect(readdirSync(store)).toEqual(['data'])
  })

  test('that a start was killed while filling is filled by the next, which removes what is left after a while', async () => {
    const store = temporaryFolder()
    const left = join(store, 'build-0123456789ab')
    mkdirSync(join(left, 'data.new'), { recursive: true })
    await (await start({ store })).stop()
    expect(existsSync(left)).toBe(true)
    utimesSync(left, 0, 0)
    await expectWhole(await start({ store }))
    expect(readdirSync(store)).toEqual(['data'])
  })

  test.runIf(unprivilegedUser())('leaves nothing but its data to the run user (root only)', async () => {
    const store = temporaryFolder()
    chmodSync(store, 0o700)
    await (await start({ store })).stop()
    const [folder, data] = [statSync(store), statSync(join(store, 'data'))]
    expect([folder.uid, folder.mode & 0o777, data.uid]).toEqual([0, 0o711, unprivilegedUser()?.uid])
  })

  test('is refused when another version made it', async () => {
    const store = join(temporaryFolder(), 'store')
    await (await start({ store })).stop()
    writeFileSync(join(store, 'data', 'cerci-template'), 'older\n')
    await expect(Engine.start({ store })).rejects.toMatchObject({
      code: 'CERCI_STORE_VERSION',
      message: expect.stringContaining('older'),
    })
  })

  test('is refused in a folder with other files, which stay', async () => {
    const store = temporaryFolder()
    writeFileSync(join(store, 'thesis.txt'), 'precious')
    await expect(Engine.start({ store })).rejects.toMatchObject({ code: 'CERCI_STORE_FOREIGN' })
    expect(readdirSync(store)).toEqual(['thesis.txt'])
  })
})
