import { expect, it } from 'vitest'
import { caught } from '../fixture/caught.js'
import { insert, startEntries } from '../fixture/entries.js'

const { cluster } = await startEntries()

it('passes isolation and access mode, and validates what is inlined', async () => {
  const { rows } = await cluster.transaction(tx => tx.query('SHOW transaction_isolation'), {
    isolation: 'serializable',
    readOnly: true,
  })
  expect(rows).toEqual([{ transaction_isolation: 'serializable' }])
  expect(await caught(cluster.transaction(tx => insert(tx, 1), { readOnly: true }))).toMatchObject({ code: '25006' })
  const odd: object = { isolation: 'serializable; DROP TABLE entries' }
  expect(await caught(cluster.transaction(tx => insert(tx, 1), odd))).toMatchObject({ code: 'CERCI_INVALID_OPTION' })
  const { rows: committed } = await cluster.transaction(tx => tx.query('SHOW transaction_isolation'), {
    isolation: 'read committed',
  })
  expect(committed).toEqual([{ transaction_isolation: 'read committed' }])
})

it.each(['low', 'normal', 'high'] as const)(
  'passes the priority %s to the server, for this transaction only',
  async priority => {
    const inside = await cluster.transaction(tx => tx.query('SHOW transaction_priority'), { priority })
    expect(inside.rows).toEqual([{ transaction_priority: priority }])
    const after = await cluster.transaction(tx => tx.query('SHOW transaction_priority'))
    expect(after.rows).toEqual([{ transaction_priority: 'normal' }])
  },
)

it('refuses a priority that is none, and a transaction in the past that writes', async () => {
  const odd: object = { priority: 'highest' }
  expect(await caught(cluster.transaction(tx => insert(tx, 1), odd))).toMatchObject({ option: 'priority' })
  expect(await caught(cluster.transaction(tx => insert(tx, 1), { asOf: '-1s', readOnly: false }))).toMatchObject({
    option: 'readOnly',
  })
})
