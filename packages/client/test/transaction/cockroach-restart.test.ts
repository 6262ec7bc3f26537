import { describe, expect, it } from 'vitest'
import { caught } from '../fixture/caught.js'
import { conflict, insert, startEntries } from '../fixture/entries.js'

const { proxies, cluster, ids } = await startEntries()

describe('cockroach_restart', () => {
  it('commits by RELEASE, with savepoints inside', async () => {
    await cluster.transaction(
      async tx => {
        await insert(tx, 1)
        await caught(tx.savepoint(inner => insert(inner, 1)))
      },
      { protocol: 'cockroach_restart' },
    )
    expect(await ids()).toEqual([1])
  })

  it('goes back to the savepoint after 40001, within one BEGIN', async () => {
    const begins: string[] = []
    for (const proxy of proxies) {
      proxy.onQuestion = ({ text }) => {
        if (/BEGIN;?\0|ROLLBACK|COMMIT\0|RELEASE|SAVEPOINT/.test(text))
          begins.push(/BEGIN|ROLLBACK TO|ROLLBACK|RELEASE|SAVEPOINT|COMMIT/.exec(text)?.[0] ?? '')
        return 'pass'
      }
    }
    const attempts = await cluster.transaction(
      async tx => {
        await insert(tx, tx.attempt)
        if (tx.attempt < 3) await conflict(tx)
        return tx.attempt
      },
      { protocol: 'cockroach_restart' },
    )
    expect(attempts).toBe(3)
    expect(begins.filter(word => word === 'BEGIN')).toHaveLength(1)
    expect(begins.filter(word => word === 'ROLLBACK TO')).toHaveLength(2)
    expect(await ids()).toEqual([3])
  })

  it.each(['before', 'after'] as const)('begins anew when the connection is lost %s it goes back', async when => {
    let cuts = 0
    for (const proxy of proxies)
      proxy.onQuestion = ({ text }) => (text.includes('ROLLBACK TO') && cuts++ === 0 ? when : 'pass')
    const attempts = await cluster.transaction(
      async tx => {
        await insert(tx, tx.attempt)
        if (tx.attempt === 1) await conflict(tx)
        return tx.attempt
      },
      { protocol: 'cockroach_restart' },
    )
    expect([attempts, cuts]).toEqual([2, 1])
    expect(await ids()).toEqual([2])
  })

  it('says so when the savepoint cannot be restored', async () => {
    const run = cluster.transaction(
      async tx => {
        await tx.query('ROLLBACK; BEGIN')
        await conflict(tx)
      },
      { protocol: 'cockroach_restart' },
    )
    const error = await caught(run)
    expect(error).toMatchObject({ code: 'CERCI_RESTART_FAILED', conflict: { code: 'CR000' } })
  })
})
