import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../test/fixture/seeded-random.js'
import { readStatement } from '../../src/query/statement.js'

describe('readStatement', () => {
  it.each([
    'SELECT 1',
    ' -- note\n select a, count(*) from t where b = $1 group by a order by lower(a)',
    'SELECT * FROM t WHERE id IN ($1, $2) AND EXISTS (SELECT 1 FROM u)',
    "SELECT 'DELETE FROM t; nextval()' AS text",
    'WITH x AS (SELECT 1) SELECT * FROM x;',
    'SELECT * FROM unnest($1::INT8[], $2::STRING[]) AS input(id, name)',
    "SELECT * FROM t AS OF SYSTEM TIME follower_read_timestamp() WHERE k = 'x'",
    'SELECT CAST(a AS DECIMAL(10, 2)), a::VARCHAR(5) FROM t',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'VALUES (1), (2)',
    'TABLE t',
    'SHOW CLUSTER SETTING version',
    'SELECT "insert" FROM t',
    'SELECT "id", "v" FROM "t" AS "Row" WHERE "Row"."id" = \'a1-b2\' LIMIT 1;',
    " select id\nfrom t where note = 'drop; (it)'",
  ])('takes %j for a read', text => {
    expect(readStatement(text)).toMatchObject({ kind: 'read', several: false })
  })

  it.each([
    'INSERT INTO t VALUES (1)',
    'UPSERT INTO t VALUES (1)',
    'update t set a = 1',
    'DELETE FROM t',
    'WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM x',
    'SELECT * FROM [INSERT INTO t VALUES (1) RETURNING a]',
    "SELECT nextval('s')",
    'SELECT transfer($1, $2)',
    'SELECT app.now()',
    'SELECT "transfer"(1)',
    'SELECT * FROM t FOR UPDATE',
    'SELECT a INTO b FROM t',
    'VALUES (transfer(1))',
  ])('takes %j for a write, or for what may be one', text => {
    expect(readStatement(text)).toMatchObject({ kind: 'write', several: false })
  })

  it.each([
    ['COMMIT', 'commit'],
    ['end;', 'commit'],
    ['RELEASE SAVEPOINT cockroach_restart', 'commit'],
    ['release "cockroach_restart"', 'commit'],
    ['RELEASE SAVEPOINT cockroach_restart_payment', 'commit'],
    ['release Cockroach_Restart2;', 'commit'],
    ['RELEASE SAVEPOINT "cockroach_restart of mine"', 'commit'],
    ['SHOW COMMIT TIMESTAMP', 'commit'],
    ['show commit timestamp;', 'commit'],
    ['RELEASE SAVEPOINT a', 'control'],
    ['RELEASE SAVEPOINT my_cockroach_restart', 'control'],
    ['RELEASE SAVEPOINT "Cockroach_restart"', 'control'],
    ['ROLLBACK', 'rollback'],
    ['rollback transaction', 'rollback'],
    ['ABORT', 'rollback'],
    ['SET a = 1', 'control'],
    ['BEGIN', 'begin'],
    ['START TRANSACTION', 'begin'],
    ['CREATE TABLE t (a INT)', 'other'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'other'],
    ['CALL p()', 'other'],
    ['', 'other'],
  ])('takes %j for %s', (text, kind) => {
    expect(readStatement(text)).toMatchObject({ kind, preparable: false })
  })

  it('takes a plain SELECT for what it takes it for when it has to take it apart', () => {
    const pieces: readonly [string, ...string[]] = [
      'a',
      '"b"',
      ',',
      "'it''s'",
      "'; ('",
      '= 1',
      'FROM t',
      'INTO',
      'for update',
      'Delete',
      '-- x\n',
      '/*;*/',
    ]
    const ends: readonly [string, ...string[]] = [
      '',
      ';',
      ' ; ',
      '; SELECT 1',
      '; -- end',
      '$$;$$',
      ' [x]',
      ' now()',
      ' f()',
    ]
    const seed = Date.now() % 1e9
    const random = seededRandom(seed)
    for (let round = 0; round < 2_000; round++) {
      const words = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(pieces, random))
      const text = `${pick(['SELECT ', 'select\n'], random)}${words.join(pick([' ', ''], random))}${pick(ends, random)}`
      const { text: _, ...read } = readStatement(text)
      expect({ seed, text, ...read }).toMatchObject({ ...readStatement(`/*(*/${text}`), text })
    }
  })

  it('reads a text in one pass, whatever values of strangers are inside', () => {
    for (const filling of [' ', '\n', ';', 'a', "''", 'SELECT ', '/*', '$']) {
      const text = `SELECT v FROM t WHERE note = '${filling.repeat(200_000)}(' ;`
      expect(readStatement(text)).toMatchObject({ kind: 'read', several: false }) // going back and forth it would take hours
    }
  })

  it('sees several statements, but not semicolons in texts and comments', () => {
    expect(readStatement('SELECT 1; SELECT 2')).toEqual({
      text: 'SELECT 1; SELECT 2',
      kind: 'other',
      several: true,
      preparable: false,
      sessionless: false,
    })
    for (const text of ['SELECT 1;', 'SELECT 1 ;; -- ;x', "SELECT ';' || $a$;$a$", 'SELECT 1 /* ; */'])
      expect(readStatement(text).several).toBe(false)
  })

  it('knows what leaves nothing behind in its session', () => {
    for (const text of [
      'SELECT 1',
      'SHOW node_id',
      'INSERT INTO t VALUES (1)',
      'UPSERT INTO t VALUES (1)',
      'DELETE FROM t',
    ])
      expect([text, readStatement(text).sessionless]).toEqual([text, true])
    for (const text of [
      "SELECT set_config('a.b', 'c', false)",
      'SET a = b',
      'BEGIN',
      'CREATE TEMP TABLE t (i INT8)',
      'SELECT 1; SELECT 2',
    ])
      expect([text, readStatement(text).sessionless]).toEqual([text, false])
  })

  it('prepares statements on rows, and nothing else', () => {
    for (const text of [
      'SELECT 1',
      'INSERT INTO t VALUES (1)',
      'WITH a AS (SELECT 1) SELECT 1',
      'UPSERT INTO t VALUES (1)',
    ])
      expect(readStatement(text).preparable).toBe(true)
    for (const text of ['SHOW x', 'SET a = 1', 'CREATE TABLE t (a INT)', 'SELECT 1; SELECT 2'])
      expect(readStatement(text).preparable).toBe(false)
  })
})

function pick<T>(from: readonly [T, ...T[]], random: () => number): T {
  return from[Math.floor(random() * from.length)] ?? from[0]
}
