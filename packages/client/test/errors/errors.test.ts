import { readFileSync } from 'node:fs'
import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { CerciError } from '../../src/errors/cerci-error.js'
import { ConnectionLostError } from '../../src/errors/connection-errors.js'
import { type ErrorEntry, errorTable } from '../../src/errors/error-table.js'
import * as api from '../../src/index.js'

const docs = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
const entries: [string, ErrorEntry][] = Object.entries(errorTable)

describe('the error table', () => {
  it('has a stable form', () => {
    for (const [code, { type, meaning, next }] of entries) {
      expect(code).toMatch(/^CERCI(_[A-Z]+)+$/)
      expect(type).toMatch(/^[A-Z]\w+Error$/)
      expect(meaning).toMatch(/\.$/)
      expect(next).toMatch(/\.$/)
    }
  })

  it('is what docs/errors.md shows, in both directions', () => {
    const rows = docs.split('\n').map(line => line.split('|').map(cell => cell.trim()))
    const documented = new Map(
      rows
        .filter(cells => /^`CERCI_\w+`$/.test(cells[1] ?? '') && cells.length === 6)
        .map(([, code = '', type = '', meaning, next]) => [
          code.slice(1, -1),
          { type: type.slice(1, -1), meaning, next },
        ]),
    )
    for (const [code, entry] of entries) expect([code, documented.get(code)]).toEqual([code, entry])
    const foreign = [...documented.keys()].filter(code => !Object.hasOwn(errorTable, code))
    expect(foreign).toEqual([])
  })

  it('names classes that are exported, each of which says what to do next', () => {
    for (const [code, { type }] of entries) {
      const exported: unknown = Reflect.get(api, type)
      expect([code, typeof exported]).toEqual([code, 'function'])
    }
  })
})

describe('CerciError', () => {
  it('finds the SQLSTATE behind it', () => {
    const raw = new DatabaseError('x', 1, 'error')
    raw.code = '40001'
    expect(new api.RetriesExhaustedError(2, raw).sqlState).toBe('40001')
    expect(new api.TransactionDeadlineError(5, 1, new api.RetriesExhaustedError(2, raw)).sqlState).toBe('40001')
    expect(new api.PoolClosedError().sqlState).toBeUndefined()
  })

  it('advises what can be done in that very case', () => {
    const { AmbiguousCommitError, PoolTimeoutError } = api
    expect(new AmbiguousCommitError('The statement', undefined).message).toContain('declared `idempotent`')
    expect(new AmbiguousCommitError('COMMIT', undefined).message).toMatch(
      /let `transaction\(\)` do that with `verify`\.$/,
    )
    expect(new AmbiguousCommitError('COMMIT', undefined, new Error('gone')).message).toMatch(
      /`verifyError` is why .*\.$/,
    )
    for (const what of ['COMMIT', 'COPY'] as const)
      expect(new AmbiguousCommitError(what, undefined).message).not.toContain('idempotent')
    expect(new PoolTimeoutError('All.', undefined, 'unreachable').message).not.toContain('max')
    expect(new api.TransactionAbortedError(undefined).message).toContain('nested transaction of an ORM')
  })

  it('ends every message with what to do', () => {
    const error = new CerciError('CERCI_POOL_CLOSED', 'x.')
    expect(error.message).toBe(`x. ${errorTable.CERCI_POOL_CLOSED.next}`)
    expect(error).toMatchObject({ name: 'CerciError', code: 'CERCI_POOL_CLOSED' })
    expect(error.cause).toBeUndefined()
  })

  it('names its class', () => {
    expect(new api.AmbiguousCommitError('COMMIT', undefined).name).toBe('AmbiguousCommitError')
    expect(new api.NodeDrainingError('aborted', undefined).name).toBe('NodeDrainingError')
    expect(
      new api.UniqueViolationError(
        { schema: undefined, table: 't', columns: ['a', 'b'], constraint: 't_key' },
        undefined,
      ),
    ).toMatchObject({
      name: 'UniqueViolationError',
      column: 'a',
      message: expect.stringContaining('exists: constraint "t_key", table "t", columns (a, b).'),
    })
  })
})

it('of a lost connection say once why it was lost, however often they are wrapped', () => {
  const lost = new ConnectionLostError('unknown', new Error('read ECONNRESET'))
  const aborted = new ConnectionLostError('aborted', new ConnectionLostError('aborted', lost))
  expect(aborted.message).toMatch(/^The connection ended: read ECONNRESET; nothing was committed\./)
  expect(aborted.cause).toMatchObject({ cause: lost })
})
