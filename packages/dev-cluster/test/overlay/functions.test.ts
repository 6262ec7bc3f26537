import type { Client } from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { engineUnderTest } from './sql-user.js'

const { connect } = engineUnderTest()
let client: Client
beforeAll(async () => {
  client = await connect()
})

async function one(select: string): Promise<unknown> {
  return (await client.query<unknown[]>({ text: `SELECT ${select}`, rowMode: 'array' })).rows[0]?.[0]
}

test.each([
  // INT8 results: pg returns strings.
  [`length('añb')`, '3'],
  [`char_length('abc')`, '3'],
  [`octet_length('ñ')`, '2'],
  [`ascii('A')`, '65'],
  [`strpos('abc', 'c')`, '3'],
  ['array_length(ARRAY[1, 2], 1)', '2'],
  ['array_upper(ARRAY[1, 2], 1::int8)', '2'],
  ['cardinality(ARRAY[1, 2])', '2'],
  [`array_position(ARRAY['a', 'b'], 'b')`, '2'],
  [`jsonb_array_length('[1, 2]')`, '2'],
  ['abs(-3)', '3'],
  ['sign(-3)', '-1'],
  ['div(7, 2)', '3'],
  ['mod(7, 4)', '3'],
  ['(SELECT max(n) FROM generate_series(1, 3) AS n)', '3'],
  ['(SELECT sum_int(n) FROM generate_series(1, 3) AS n)', '6'],
  // INT8 arguments.
  [`substr('hello', 2::int8, 3::int8)`, 'ell'],
  [`substring('hello', 2::int8)`, 'ello'],
  [`left('hello', 2::int8)`, 'he'],
  [`right('hello', -2::int8)`, 'llo'],
  [`lpad('7', 3::int8, '0')`, '007'],
  [`rpad('7', 3::int8)`, '7  '],
  [`repeat('ab', 2::int8)`, 'abab'],
  ['chr(65::int8)', 'A'],
  [`split_part('a,b', ',', 2::int8)`, 'b'],
  [`overlay('abcdef', 'X', 2::int8, 3::int8)`, 'aXef'],
  ['round(2.567, 2::int8)', '2.57'],
  ['round(2.567::float8, 2)', 2.57],
  ['trunc(2.567, 1::int8)', '2.5'],
  ['make_date(2024::int8, 2::int8, 29::int8)::text', '2024-02-29'],
  // INT2 is neither INT4 nor INT8.
  [`left('hello', 2::int2)`, 'he'],
  ['array_length(ARRAY[1, 2], 1::int2)', '2'],
  ['(SELECT pg_typeof(sum(n))::text FROM (VALUES (1::int4)) AS v (n))', 'numeric'],
  // CockroachDB's own.
  [
    `experimental_strftime(timestamp '2024-01-02 03:04:05.678', '%Y-%m-%d at %H:%M:%S.%f %% %b')`,
    '2024-01-02 at 03:04:05.678000 % Jan',
  ],
  [`experimental_strptime('02/01/2024', '%d/%m/%Y')::date::text`, '2024-01-02'],
  [`"if"(1 > 2, 'a', 'b')`, 'b'],
  ['ifnull(NULL, 3)', 3],
  [`nvl(NULL::text, 'x')`, 'x'],
  [`isnan('NaN'::float8)`, true],
  ['pow(2, 10)', '1024'],
  [`fnv32('abc')`, '1134309195'],
  [`fnv32a('abc')`, '440920331'],
  [`fnv64('abc')`, '-2820157060406071861'],
  [`fnv64a('abc')`, '-1792535898324117685'],
  [`sha1('abc')`, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  [`sha256('abc')`, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [`md5('abc')`, '900150983cd24fb0d6963f7d28e17f72'],
  [`crc32ieee('abc')`, '891568578'],
  [`to_hex('abc'::bytea)`, '616263'],
  [`regexp_extract('ab12c', '[0-9]+')`, '12'],
  [`extract_duration('hour', interval '5 days')`, '120'],
  [`from_uuid(to_uuid('63616665-6630-3064-6465-616462656562'))`, '63616665-6630-3064-6465-616462656562'],
  ['length(uuid_v4())', '16'],
  [`similarity('word', 'words')`, 0.5714286],
  [`levenshtein('kitten', 'sitting')`, 3],
  [`'Abc'::citext = 'aBC'`, true],
  // Casts.
  ['true::int8', '1'],
  ['2::int8::bool', true],
  ['2.5::bool', true],
  ['3::int8::date::text', '1970-01-04'],
  [`date '1970-01-05'::int8`, '4'],
  ['60::int8::timestamptz::text', '1970-01-01 00:01:00+00'],
  [`timestamp '1970-01-01 00:01:00.5'::float8`, 60.5],
  ['90::int8::interval::text', '00:01:30'],
  [`interval '1 minute'::int8`, '60'],
  [`'a' COLLATE "en-US-u-ks-level2" = 'A' COLLATE "en-US-u-ks-level2"`, true],
  // JSON is JSONB.
  [`pg_typeof(json_build_object('b', 1, 'aa', 2))::text`, 'jsonb'],
  [`json_build_object('a', 1)`, { a: 1 }],
  ['(SELECT json_agg(n) FROM generate_series(1, 2) AS n)', [1, 2]],
  [`(SELECT json_object_agg('k' || n, n) FROM generate_series(1, 2) AS n)`, { k1: 1, k2: 2 }],
  [`json_extract_path('{"a": {"b": [7]}}', 'a', 'b')`, [7]],
  [`json_extract_path_text('{"a": "x"}', 'a')`, 'x'],
  [`json_typeof('{}')`, 'object'],
  [`(SELECT value FROM json_each('{"a": [1]}'))`, [1]],
  [`(SELECT value FROM json_each_text('{"a": "x"}'))`, 'x'],
  [`(SELECT sum(value::int8) FROM json_array_elements('[1, 2]'))`, '3'],
  [`json_set('{"a": 1}', ARRAY['a'], '2')`, { a: 2 }],
  [`row_to_json(ROW(1, 'x'))`, { f1: 1, f2: 'x' }],
  [`to_json('x'::text)`, 'x'],
  // Aggregates that PostgreSQL lacks.
  [`(SELECT max(b) FROM (VALUES (true), (false)) AS v (b))`, true],
  [
    `(SELECT min(u) FROM (VALUES ('00000000-0000-4000-8000-000000000002'::uuid), ('00000000-0000-4000-8000-000000000001')) AS v (u))`,
    '00000000-0000-4000-8000-000000000001',
  ],
  [`(SELECT concat_agg(x) FROM (VALUES ('a'), ('b')) AS v (x))`, 'ab'],
  [`(SELECT array_cat_agg(a) FROM (VALUES (ARRAY[1]), (ARRAY[2])) AS v (a))`, [1, 2]],
])('%s', async (expression, expected) => {
  expect(await one(expression)).toEqual(expected)
})

test('the branch of if that is not taken is not evaluated', async () => {
  expect(await one(`"if"(n = 0, 0, 1/n) FROM generate_series(0, 0) AS n`)).toBe('0')
})

test.each([
  ['left($1, $2)', ['hello', 2], 'he'],
  [`left('hello', $1)`, [2], 'he'],
  ['right($1::text, $2)', ['hello', '2'], 'lo'],
  ['substr($1, $2, $3)', ['hello', 2, 3], 'ell'],
  [`substr('hello'::text, 2, $1)`, [3], 'ell'],
  [`lpad($1, $2, '0')`, ['7', 3], '007'],
  [`repeat('ab', $1)`, [2], 'abab'],
  ['chr($1)', [65], 'A'],
  [`split_part('a,b', ',', $1)`, [2], 'b'],
  ['round(2.567, $1)', [2], '2.57'],
  ['trunc(2.567, $1)', [1], '2.5'],
  ['array_length(ARRAY[1, 2], $1)', [1], '2'],
  ['array_position(ARRAY[1, 2], $1)', [2], '2'],
  ['length($1)', ['abc'], '3'],
  ['abs($1)', [-3], 3],
  ['mod(7, $1)', [4], '3'],
  ['(SELECT count(*) FROM generate_series(1, $1))', [4], '4'],
  ['jsonb_array_length($1)', ['[1]'], '1'],
  [`json_extract_path($1, 'a')`, ['{"a": 5}'], 5],
  ['json_typeof($1)', ['[]'], 'array'],
  ['overlay($1::text, $2::text, $3)', ['abc', 'X', 2], 'aXc'],
])('%s takes placeholders of no declared type', async (expression, values, expected) => {
  const { rows } = await client.query<unknown[]>({ text: `SELECT ${expression}`, values, rowMode: 'array' })
  expect(rows[0]?.[0]).toEqual(expected)
})

test('min of an indexed uuid column reads one row of the index', async () => {
  await client.query('CREATE TABLE keyed (id uuid PRIMARY KEY)')
  const { rows } = await client.query('EXPLAIN SELECT min(id) FROM keyed')
  expect(JSON.stringify(rows)).toContain('Limit')
})

test('advisory locks do nothing, as in CockroachDB', async () => {
  const other = await connect()
  await client.query('SELECT pg_advisory_lock(3853314791062309107), pg_advisory_xact_lock(1, 2)')
  expect(
    (await other.query('SELECT pg_try_advisory_lock(3853314791062309107) AS got, pg_advisory_unlock(9) AS freed')).rows,
  ).toEqual([{ got: true, freed: true }])
})

test('functions work under any search path, as in an index or a generated column', async () => {
  await client.query(`CREATE TABLE hashed (
    a int8, b text, label text GENERATED ALWAYS AS (concat(b, '-', a)) STORED, half numeric GENERATED ALWAYS AS (a / 2) STORED,
    shard int8 GENERATED ALWAYS AS (mod(crdb_internal.fnv32(crdb_internal.datums_to_bytes(ROW(a, b))), 16)) STORED)`)
  await client.query('CREATE INDEX ON hashed (shard, length(b), (a / 3))')
  await client.query(`INSERT INTO hashed SELECT n, 'x' || n FROM generate_series(1, 200) AS n`)
  await client.query('REINDEX TABLE hashed')
  await client.query('ANALYZE hashed')
  const { rows } = await client.query<{ half: string; shards: string }>(
    'SELECT max(half)::text AS half, count(DISTINCT shard)::text AS shards FROM hashed',
  )
  expect(rows).toEqual([{ half: '100', shards: '16' }])
})
