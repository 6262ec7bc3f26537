import { describe, expect, it } from 'vitest'
import { PreparedStatements } from '../../src/query/prepared-statements.js'
import { StatementCache } from '../../src/query/statement-cache.js'

describe('PreparedStatements', () => {
  it('keeps the most recently used, and closes what it drops once', () => {
    const statements = new PreparedStatements(2)
    statements.use('a', 'SELECT 1')
    statements.use('b', 'SELECT 2')
    statements.use('a', 'SELECT 1')
    statements.use('c', 'SELECT 3')
    expect(statements.takeClosing()).toEqual(['b'])
    expect(statements.takeClosing()).toEqual([])
    expect(statements.size).toBe(2)
  })

  it('refuses a name that stands for another text', () => {
    const statements = new PreparedStatements(2)
    statements.use('a', 'SELECT 1')
    expect(statements.use('a', 'SELECT 2')).toBeUndefined()
    expect(statements.use('a', '')).toMatchObject({ text: 'SELECT 1' })
  })

  it('spares a statement that is being parsed', () => {
    const statements = new PreparedStatements(1)
    const first = statements.use('a', 'SELECT 1')
    if (first !== undefined) first.state = 'parsing'
    statements.use('b', 'SELECT 2')
    expect(statements.takeClosing()).toEqual([])
  })
})

describe('StatementCache', () => {
  it('reads a text once, and counts its uses', () => {
    const cache = new StatementCache(10)
    expect(cache.get('SELECT 1')).toMatchObject({ uses: 1, statement: { kind: 'read' } })
    expect(cache.get('SELECT 1')).toBe(cache.get('SELECT 1'))
    expect(cache.get('SELECT 1').uses).toBe(4)
  })

  it('keeps what is used again while texts of one use pass by', () => {
    const cache = new StatementCache(4)
    const hot = cache.get('SELECT hot')
    for (let n = 0; n < 100; n++) {
      cache.get('SELECT hot')
      cache.get(`SELECT ${n}`)
    }
    expect(cache.get('SELECT hot')).toBe(hot)
  })
})
