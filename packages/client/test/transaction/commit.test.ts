import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.js'
import { caught } from '../fixture/caught.js'
import { commitError, commitRolledBack, insert, startEntries } from '../fixture/entries.js'
import { shutdownNotice } from '../fixture/proxy.js'

const { proxies, cluster, ids, withOne, onceAtCommit } = await startEntries()

describe('COMMIT', () => {
  it.each(['before', 'after'] as const)('that is lost %s it is passed on is settled by verify', async verdict => {
    onceAtCommit(verdict)
    const attempts = await withOne(one =>
      one.transaction(
        async tx => {
          await insert(tx, 1)
          return tx.attempt
        },
        { verify: async db => (await db.query('SELECT 1 FROM entries WHERE id = 1')).rows.length > 0 },
      ),
    )
    expect(attempts).toBe(verdict === 'after' ? 1 : 2)
    expect(await ids()).toEqual([1])
  })

  it('stays ambiguous when verify fails', async () => {
    onceAtCommit('after')
    const verifyError = new Error('cannot tell')
    const verify = (): Promise<never> => Promise.reject(verifyError)
    const error = await caught(withOne(one => one.transaction(tx => insert(tx, 1), { verify })))
    expect(error).toMatchObject({ code: 'CERCI_AMBIGUOUS_COMMIT', verifyError })
  })

  it('knows that a COMMIT answered by a shutdown notice alone was not executed', async () => {
    onceAtCommit({ answer: shutdownNotice, end: true })
    const attempts = await cluster.transaction(async tx => {
      await insert(tx, tx.attempt)
      return tx.attempt
    })
    expect(attempts).toBe(2)
    expect(await ids()).toEqual([2])
  })

  it.each([
    ['40003', 'CERCI_AMBIGUOUS_COMMIT'],
    ['08007', 'CERCI_AMBIGUOUS_COMMIT'],
    ['58C01', 'CERCI_AMBIGUOUS_COMMIT'],
    ['57014', 'CERCI_AMBIGUOUS_COMMIT'], // by a time limit of the session
    ['XXA00', 'CERCI_COMMITTED_SCHEMA_FAILED'],
    ['23505', 'CERCI_UNIQUE_VIOLATION'],
  ])('takes %s in answer to COMMIT for %s', async (code, expected) => {
    onceAtCommit({ answer: commitError(code), end: false })
    const error = await caught(withOne(one => one.transaction(tx => insert(tx, 1))))
    expect(error).toMatchObject({ code: expected, sqlState: code })
  })

  it('takes COMMIT answered with ROLLBACK for an error', async () => {
    onceAtCommit({ answer: commitRolledBack(), end: true })
    const error = await caught(withOne(one => one.transaction(tx => insert(tx, 1))))
    expect(error).toMatchObject({ code: 'CERCI_TRANSACTION_ABORTED' })
    expect(await ids()).toEqual([])
  })

  it.each(['transaction', 'cockroach_restart'] as const)(
    'is not a named statement where those are off: %s',
    async protocol => {
      const names: string[] = []
      for (const proxy of proxies) {
        proxy.onQuestion = ({ text }) => {
          if (text.startsWith('P')) names.push(text.slice(5, text.indexOf('\0', 5)))
          return 'pass'
        }
      }
      const transact = (id: number) => (one: Cluster) => one.transaction(tx => insert(tx, id), { protocol })
      await withOne(transact(1), { preparedStatements: false })
      const deciding = protocol === 'transaction' ? ['COMMIT'] : ['RELEASE', 'COMMIT']
      expect(names).toEqual(['INSERT', ...deciding].map(() => ''))
      names.length = 0
      await withOne(transact(2))
      expect(names).toEqual(protocol === 'transaction' ? ['', 'cerci_commit'] : ['', 'cerci_release', 'cerci_commit'])
    },
  )
})
