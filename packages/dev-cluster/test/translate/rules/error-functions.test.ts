import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'
import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  { run: 'SELECT iferror(1 / 0, 2), IFERROR(1 // 0, 5)', columns: ['iferror:1700', 'iferror:20'], rows: ['2|5'] },
  { run: "SELECT iferror(1, 2), iferror('a', 'b')", columns: ['iferror:20', 'iferror:25'], rows: ['1|a'] },
  {
    run: 'SELECT iserror(1 / 0), iserror(1), iserror(NULL)',
    columns: ['iserror:16', 'iserror:16', 'iserror:16'],
    rows: ['t|f|f'],
  },
  // Only errors with the code that is given.
  { run: "SELECT iferror(1 / 0, NULL, '22012'), iserror(1 / 0, '22012')", rows: ['NULL|t'] },
  { run: "SELECT iferror(1 / 0, 3, '22P02')", fails: ['22012', 'division by zero'] },
  { run: "SELECT iserror(1 / 0, '22P02')", fails: ['22012', 'division by zero'] },
  // Literals are read when the row is.
  { run: "SELECT iferror('abc'::INT, 7), iferror(CAST('12' AS INT), 7), iserror('{\"a\"'::JSONB)", rows: ['7|12|t'] },

  { run: 'CREATE TABLE e (id INT PRIMARY KEY, a INT, b INT, s STRING, t TIMESTAMPTZ)' },
  { run: "INSERT INTO e VALUES (1, 1, 0, '12', '2026-05-01'), (2, 4, 2, 'x', '2026-05-02'), (3, NULL, 1, NULL, NULL)" },
  {
    run: 'SELECT id, iferror(a / b, -1), iferror(s::INT, a), iserror(e.s::INT) FROM e ORDER BY id',
    rows: ['1|-1|12|f', '2|2|4|t', '3|NULL|NULL|f'],
  },
  { run: 'SELECT id FROM e WHERE iferror(s::INT > 3, false)', rows: ['1'] },
  // What is given instead is not computed where it is not needed.
  { run: 'SELECT iferror(b + 1, (b / 0)::INT) FROM e WHERE id = 1', rows: ['1'] },
  { run: 'SELECT iferror(iferror(b / 0, s::INT::DECIMAL), -2) FROM e WHERE id = 2', rows: ['-2'] },
  {
    run: 'SELECT iferror(CASE WHEN a > 1 THEN a // 0 ELSE 5 END, 1) FROM e ORDER BY id',
    rows: ['5', '1', '5'],
  },
  {
    run: "SELECT iferror(extract(year FROM t)::INT // 0, 1), iferror(t AT TIME ZONE 'nowhere', TIMESTAMP '2020-01-01') FROM e WHERE id = 1",
    rows: ['1|2020-01-01 00:00:00'],
  },
  { run: "SELECT iferror(substring(s FROM 1 FOR -1), 'negative') FROM e WHERE id = 1", rows: ['negative'] },
  // Aggregates and subqueries are computed before; errors in them are not caught, as in CockroachDB.
  { run: 'SELECT iferror(sum(a) / (count(*) - 3), -9), iserror(max(a) // 0) FROM e', rows: ['-9|t'] },
  { run: 'SELECT b, iferror(b // 0, 5) FROM e GROUP BY b ORDER BY b', rows: ['0|5', '1|5', '2|5'] },
  {
    run: 'SELECT iferror((SELECT max(a) FROM e) // 0, (SELECT id FROM e AS inside WHERE inside.id = e.id)) FROM e WHERE id = 3',
    rows: ['3'],
  },
  { run: 'SELECT iferror((SELECT 1 / b FROM e WHERE id = 1), 0)', fails: ['22012', 'division by zero'] },
  { run: 'SELECT iserror(EXISTS (SELECT FROM e) AND (1 / b) > 0) FROM e WHERE id = 1', rows: ['t'] },
  { run: 'UPDATE e SET b = iferror(s::INT, 99) WHERE id < 3' },
  { run: 'SELECT b FROM e ORDER BY id', rows: ['12', '99', '1'] },

  // What is wrong with the statement itself is no error of a row.
  { run: 'SELECT iferror(nope, 1) FROM e', fails: ['42703', 'column "nope" does not exist'] },
  { run: 'SELECT iserror(lower(s, 1)) FROM e', fails: ['42883', /lower/] },
  { run: 'SELECT iferror(a IN (SELECT 1), false) FROM e', fails: ['0A000', /IN, ANY and ALL with a subquery/] },
  { run: 'SELECT iferror(sum(a) OVER (), 0) FROM e', fails: ['0A000', /window functions/] },
])

const cluster = await sessionCluster(1)

test('placeholders are part of the expression', async () => {
  const client = await cluster.connect()
  const divide = {
    text: 'SELECT iferror($1::INT // $2::INT, $2) AS v, iserror($3::STRING::INT) AS bad',
    name: 'divide',
  }
  for (const [values, row] of [
    [[7, 2, 'x'], { v: '3', bad: true }],
    [[7, 0, '5'], { v: '0', bad: false }],
  ] as const) {
    expect((await client.query({ ...divide, values: [...values] })).rows).toEqual([row])
  }
})

test('a conflict between transactions is not caught', async () => {
  const client = await cluster.connect()
  await client.query('BEGIN; SELECT 1')
  await expect(client.query("SELECT iferror(crdb_internal.force_error('40001', 'again'), 1)")).rejects.toMatchObject({
    code: '40001',
  })
  await client.query('ROLLBACK')
  const { rows } = await client.query("SELECT iferror(crdb_internal.force_error('22023', 'caught'), 1) AS v")
  expect(rows).toEqual([{ v: '1' }])
})
