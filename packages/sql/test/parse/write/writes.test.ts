import { checkSpecs } from '../../spec.js'

checkSpecs([
  ['INSERT INTO t VALUES (1, 2)', 'insert into T values(1,2)'],
  ['INSERT INTO s.t AS x (a, "B") VALUES (DEFAULT, $1), (2, 3) RETURNING *, a + 1 AS b'],
  ['INSERT INTO t (a) SELECT a FROM u WHERE b LIMIT 1 RETURNING a'],
  ['INSERT INTO t (SELECT 1)'],
  ['INSERT INTO t DEFAULT VALUES RETURNING NOTHING'],
  ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING'],
  [
    'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b > 1 DO UPDATE SET b = excluded.b, (c, d) = (1, 2) WHERE t.c RETURNING b',
  ],
  ['INSERT INTO t (a) SELECT a FROM u ON CONFLICT ON CONSTRAINT k DO NOTHING'],
  ['UPSERT INTO t (a, b) VALUES (1, 2) RETURNING a'],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x'],
  ['UPDATE t SET a = 1, b = DEFAULT WHERE c = 2 RETURNING a', 'update t set a=1,b=default where c=2 returning a'],
  ['UPDATE t AS x SET a = u.a FROM u, v WHERE x.b = u.b'],
  ['UPDATE t@i SET (a, b) = (SELECT 1, 2) WHERE c ORDER BY d DESC LIMIT 3'],
  ['DELETE FROM t WHERE a ORDER BY b LIMIT 1 RETURNING NOTHING'],
  ['DELETE FROM t AS x USING u WHERE x.a = u.a'],
  ['WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x'],
])
