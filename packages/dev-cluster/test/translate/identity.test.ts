import { expect, test } from 'vitest'
import { translateSession } from './translate-session.js'

const session = translateSession()

test.each([
  'SELECT a, b::text FROM t WHERE a = $1 AND b IN (1, 2, 3) LIMIT 10',
  'select  *\n from t -- all of it\n where a = 1 ;',
  "INSERT INTO t (a, b) VALUES (1, 'x'), ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING a, b",
  'UPDATE t SET b = $1 WHERE a = $2 RETURNING *',
  'DELETE FROM t WHERE a = 1',
  'WITH x AS (SELECT a FROM t WHERE b = $1) SELECT x.a, count(*) FROM x JOIN t USING (a) GROUP BY x.a',
  'SELECT EXISTS (SELECT 1 FROM t WHERE a = $1)',
  'SELECT a FROM t WHERE a > $1 ORDER BY a NULLS LAST LIMIT $2 FOR UPDATE SKIP LOCKED',
  'SELECT now(), current_date, gen_random_uuid()',
  "SELECT j->>'a', j @> '{}', arr[1] FROM t WHERE j ? 'a'",
  'SELECT sum(a) OVER (PARTITION BY b) FROM t WHERE b = 1',
  'BEGIN',
  "SELECT 1.5, NULL, 'a'",
  'CREATE VIEW v AS SELECT a FROM t WHERE a = 1',
  'TRUNCATE t',
  'DROP TABLE IF EXISTS t CASCADE',
  'CREATE SCHEMA IF NOT EXISTS s',
  'ALTER SEQUENCE s INCREMENT BY 2',
  'COPY t (a, b) FROM STDIN WITH (FORMAT csv)',
  'PREPARE p AS SELECT a FROM t WHERE a = $1',
  'EXECUTE p (1)',
  'DISCARD ALL',
])('%s goes on byte for byte', async statement => {
  const [translation, second] = await session().translate(statement)
  expect(translation?.sql).toBe(statement)
  expect(translation?.position).toBeUndefined()
  expect(second).toBeUndefined()
})
