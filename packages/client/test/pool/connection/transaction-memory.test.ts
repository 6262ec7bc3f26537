import type pg from 'pg'
import { describe, expect, it } from 'vitest'
import { CerciPool } from '../../../src/pool/cerci-pool.js'
import { classify } from '../../../src/retry/classify.js'
import { caught } from '../../fixture/caught.js'
import { openDatabase } from '../../fixture/database.js'
import { startNodes } from '../../fixture/nodes.js'

const cluster = await openDatabase()
await cluster.query('CREATE TABLE kept (id INT8 PRIMARY KEY)')

async function onClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await cluster.pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

const duplicate = 'INSERT INTO kept VALUES (1), (1)'

describe('a client that was checked out', () => {
  it('tells the first failure with every error after it, under a savepoint too', () =>
    onClient(async client => {
      await client.query('BEGIN')
      expect(await caught(client.query('SELECT * FROM nowhere'))).toMatchObject({ code: '42P01' })
      for (let run = 0; run < 2; run++)
        expect(await caught(client.query('SELECT 1'))).toMatchObject({ code: '25P02', cause: { code: '42P01' } })
      expect(await caught(client.query('ROLLBACK TO SAVEPOINT nowhere'))).toMatchObject({
        code: '3B001',
        cause: { code: '42P01' },
      })
      await client.query('ROLLBACK')
      await client.query('BEGIN')
      await client.query('SAVEPOINT s')
      await caught(client.query('SELECT * FROM nowhere'))
      await client.query('ROLLBACK TO SAVEPOINT s')
      await caught(client.query(duplicate))
      expect(await caught(client.query('SELECT 1'))).toMatchObject({ code: '25P02', cause: { code: '23505' } })
      await client.query('ROLLBACK')
    }))

  it.each(['COMMIT', 'commit;', 'END'])('rejects a %s that the server answers with ROLLBACK', text =>
    onClient(async client => {
      await client.query('BEGIN')
      await caught(client.query(duplicate))
      const error = await caught(client.query(text))
      expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED', cause: { code: '23505' } })
      expect(classify(error).kind).toBe('final')
      await client.query('BEGIN')
      await client.query('INSERT INTO kept VALUES (2)')
      expect(await client.query(text)).toMatchObject({ command: 'COMMIT' })
      await client.query('DELETE FROM kept')
    }),
  )

  it('tells of a schema change that has split the transaction', () =>
    onClient(async client => {
      await client.query('BEGIN')
      await client.query('INSERT INTO kept VALUES (3)')
      await client.query('CREATE TABLE splitting (id INT8 PRIMARY KEY)')
      const split = client as unknown as { getTransactionStatus(): string }
      expect(split.getTransactionStatus()).toBe('I')
      expect(await caught(client.query(duplicate))).toMatchObject({
        code: 'CERCI_TRANSACTION_SPLIT',
        cause: { code: '23505' },
      })
      await client.query('BEGIN')
      expect(await caught(client.query(duplicate))).toMatchObject({ code: '23505' })
      await client.query('ROLLBACK')
    }))

  it.each(['COMMIT', 'ROLLBACK'])('forgets what has split a transaction when %s ends it', text =>
    onClient(async client => {
      await client.query('BEGIN')
      await client.query(`CREATE TABLE split_${text} (id INT8 PRIMARY KEY)`)
      await client.query(text)
      expect(await caught(client.query(duplicate))).toMatchObject({ code: '23505' })
    }),
  )

  it('says nothing of a split to whoever comes after a transaction() of the cluster', async () => {
    const single = await openDatabase({ max: 1 })
    const split = single.transaction(tx => tx.query('CREATE TABLE made (id INT8 PRIMARY KEY)'))
    expect(await caught(split)).toMatchObject({ code: 'CERCI_TRANSACTION_SPLIT' })
    expect(await caught(single.pool.query('INSERT INTO made VALUES (1), (1)'))).toMatchObject({ code: '23505' })
  })
})

describe('a connection that is lost', () => {
  it('lets the ROLLBACK after a lost COMMIT say what the COMMIT said, with the first error as its cause', async () => {
    const nodes = await startNodes(1)
    const pool = new CerciPool(nodes.url)
    const client = await pool.connect()
    await client.query('CREATE TABLE lost (id INT8 PRIMARY KEY)')
    await client.query('BEGIN')
    await client.query('INSERT INTO lost VALUES (1)')
    nodes.proxies[0]!.onQuestion = ({ text }) => (text.includes('COMMIT') ? 'after' : 'pass')
    const lost = await caught(client.query('COMMIT'))
    expect(lost).toMatchObject({ code: 'CERCI_CONNECTION_LOST', outcome: 'unknown' })
    const rollback = await caught(client.query('ROLLBACK'))
    expect(rollback).toMatchObject({ outcome: 'unknown', cause: lost })
    expect(classify(rollback).kind).toBe('ambiguous')
    client.release()
    await pool.close({ deadlineMs: 100 })
  })

  it.each(['SELECT 1', 'COMMIT'])('under %s says that a schema change has committed what came before', async text => {
    const nodes = await startNodes(1)
    const pool = new CerciPool(nodes.url)
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('CREATE TABLE committed (id INT8 PRIMARY KEY)')
    nodes.proxies[0]!.onQuestion = question => (question.text.includes(text) ? 'before' : 'pass')
    const lost = await caught(client.query(text))
    expect(lost).toMatchObject({ code: 'CERCI_TRANSACTION_SPLIT', cause: { code: 'CERCI_CONNECTION_LOST' } })
    expect(classify(lost).kind).toBe('committed')
    client.release()
    await pool.close({ deadlineMs: 100 })
  })

  it('lets the ROLLBACK after a lost statement say that nothing was committed', async () => {
    const nodes = await startNodes(1)
    const pool = new CerciPool(nodes.url)
    const client = await pool.connect()
    await client.query('BEGIN')
    nodes.proxies[0]!.onQuestion = ({ text }) => (text.includes('SELECT 1') ? 'before' : 'pass')
    const lost = await caught(client.query('SELECT 1'))
    const rollback = await caught(client.query('ROLLBACK'))
    expect(rollback).toMatchObject({ outcome: 'not-executed', cause: lost })
    expect(classify(rollback).kind).toBe('connection')
    client.release()
    await pool.close({ deadlineMs: 100 })
  })
})
