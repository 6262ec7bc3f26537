import { describe, expect, it } from 'vitest'
import { caught } from '../fixture/caught.js'
import { increment, startHits, write } from '../fixture/hits.js'
import { errorResponse, shutdownNotice } from '../fixture/proxy.js'

const { proxies, open, hits, once } = await startHits()

function put(id: number): { text: string; values: number[]; idempotent: boolean } {
  return { text: 'INSERT INTO hits VALUES ($1, 0)', values: [id], idempotent: true }
}

describe('a lone statement whose connection is lost', () => {
  it('is run again when it is a read', async () => {
    const cluster = open()
    for (const verdict of ['before', 'after'] as const) {
      once('SELECT 7', verdict)
      expect((await cluster.query('SELECT 7::INT4 AS n')).rows).toEqual([{ n: 7 }])
    }
  })

  it('is not run again when it is a write: nobody can know', async () => {
    const cluster = open()
    const before = await hits()
    once('UPDATE hits', 'after')
    expect(await caught(cluster.query(increment))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_CONNECTION_LOST', outcome: 'unknown' },
    })
    expect(await hits()).toBe(before + 1)
    once('UPDATE hits', 'before')
    expect(await caught(cluster.pool.query(increment))).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT' })
    expect(await hits()).toBe(before + 1)
  })

  it('is run again when it is declared idempotent', async () => {
    const cluster = open()
    once('UPDATE hits', 'after')
    await cluster.query({ text: 'UPDATE hits SET n = 100 WHERE id = $1', values: [1], idempotent: true })
    expect(await hits()).toBe(100)
  })

  it('is in doubt when it is idempotent, was lost, and cannot be run again', async () => {
    const cluster = open({ max: 1, acquireTimeoutMs: 500 })
    await cluster.query('SELECT 1')
    for (const proxy of proxies) {
      proxy.onQuestion = ({ text }) => {
        if (!text.includes('UPDATE hits')) return 'pass'
        for (const each of proxies) each.refusal = errorResponse('53300', 'too many connections')
        return 'after'
      }
    }
    const error = await caught(cluster.query({ text: 'UPDATE hits SET n = 200 WHERE id = 1', idempotent: true }))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', verifyError: { code: 'CERCI_POOL_TIMEOUT' } })
    expect(await hits()).toBe(200)
  })

  it('is in doubt when it is idempotent, was lost, and the key exists when it is run again: the row may be its own', async () => {
    const cluster = open()
    once('INSERT INTO hits', 'after')
    expect(await caught(cluster.query(put(10)))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      verifyError: { code: '23505' },
    })
    once('INSERT INTO hits', 'before')
    expect(await cluster.query(put(11))).toMatchObject({ rowCount: 1 })
  })

  it('is refused when it is idempotent, was lost, and its own values are refused when it is run again', async () => {
    const cluster = open()
    once('INSERT INTO hits', 'after')
    const bad = { text: 'INSERT INTO hits VALUES ($1, NULL)', values: [12], idempotent: true }
    expect(await caught(cluster.query(bad))).toMatchObject({ code: 'CERCI_NOT_NULL_VIOLATION' })
  })

  it('is run again when a shutdown notice came before it was bound, and never otherwise', async () => {
    const cluster = open()
    const before = await hits()
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    await cluster.query(write('a'))
    expect(await hits()).toBe(before + 1)
    const bound = Buffer.concat([Buffer.from([0x31, 0, 0, 0, 4, 0x32, 0, 0, 0, 4]), shutdownNotice])
    once('UPDATE hits', { answer: bound, end: true })
    expect(await caught(cluster.query(write('b')))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
      cause: { code: 'CERCI_NODE_DRAINING' },
      sqlState: '57P01',
    })
    // The simple protocol has no BindComplete that could prove anything.
    once('UPDATE hits', { answer: shutdownNotice, end: true })
    expect(await caught(cluster.query('UPDATE hits SET n = 0 WHERE id = 2'))).toMatchObject({
      code: 'CERCI_AMBIGUOUS_COMMIT',
    })
  })

  it('is run again after 40001, unless it is several statements', async () => {
    const cluster = open()
    const conflict = errorResponse('40001', 'restart transaction').toString('latin1').replaceAll('FATAL', 'ERROR')
    const answer = Buffer.concat([Buffer.from(conflict, 'latin1'), Buffer.from([0x5a, 0, 0, 0, 5, 0x49])])
    const before = await hits()
    once('UPDATE hits', { answer, end: false })
    await cluster.query(increment)
    expect(await hits()).toBe(before + 1)
    once('SELECT 1', { answer, end: false })
    expect(await caught(cluster.query('SELECT 1; SELECT 2'))).toMatchObject({ code: '40001' })
  })

  it('gives the caller of pool.query the server’s own error when retries are exhausted, and cluster.query a class', async () => {
    const cluster = open({ transaction: { maxAttempts: 2 } })
    const conflict = "DO $$ BEGIN RAISE EXCEPTION 'restart transaction' USING ERRCODE = 'CR000'; END $$"
    expect(await caught(cluster.pool.query(conflict))).toMatchObject({ code: 'CR000' })
    expect(await caught(cluster.query(conflict))).toMatchObject({
      code: 'CERCI_RETRIES_EXHAUSTED',
      attempts: 2,
      sqlState: 'CR000',
    })
  })
})
