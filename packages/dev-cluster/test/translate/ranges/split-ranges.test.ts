import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'
import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()
const always = '2262-04-11 23:47:16.854776'
const [a, b, c] = ['…/1/"chicago"/"3"', '…/1/"new york"/"3"', '…/1/"new york"/"7"']

// What https://www.cockroachlabs.com/docs/v26.2/alter-table#split-and-unsplit-tables and ALTER INDEX print of their examples; tables have other ids here.
testStatements(session, [
  {
    run: 'CREATE TABLE drivers (city STRING, dl STRING, name STRING, rate DECIMAL, PRIMARY KEY (city, dl), INDEX by_rate (rate))',
  },
  {
    run: "ALTER TABLE drivers SPLIT AT VALUES ('new york', '3'), ('new york', '7'), ('chicago', '3')",
    columns: ['key:17', 'pretty:25', 'split_enforced_until:1114'],
  },
  {
    run: "SELECT right(encode(raw_start_key, 'hex'), 28), start_key, end_key, split_enforced_until::STRING FROM [SHOW RANGES FROM TABLE drivers WITH KEYS] ORDER BY raw_start_key OFFSET 1",
    rows: [
      `126368696361676f000112330001|${a}|${b}|${always}`,
      `6e657720796f726b000112330001|${b}|${c}|${always}`,
      `6e657720796f726b000112370001|${c}|…/<TableMax>|${always}`,
    ],
  },
  {
    run: "SELECT start_key, end_key FROM [SHOW RANGE FROM TABLE drivers FOR ROW ('new york', '5')]",
    rows: [`${b}|${c}`],
  },
  { run: "SELECT end_key FROM [SHOW RANGE FROM TABLE drivers FOR ROW ('boston', '5')]", rows: [a] },
  // The last one has the other index too.
  {
    run: 'SELECT start_key, end_key FROM [SHOW RANGES FROM INDEX drivers@by_rate]',
    rows: ['…/<IndexMin>|…/<IndexMax>'],
  },
  {
    run: 'SELECT start_key, index_name FROM [SHOW RANGES FROM TABLE drivers WITH INDEXES] OFFSET 3',
    rows: [`${c}|drivers_pkey`, `${c}|by_rate`],
  },
  {
    run: 'SELECT count(*), count(DISTINCT range_id) FROM crdb_internal.ranges WHERE split_enforced_until IS NOT NULL',
    rows: ['3|3'],
  },

  // Without enforcement the ranges are still there.
  {
    run: "ALTER TABLE drivers UNSPLIT AT VALUES ('new york', '3')",
    columns: ['key:17', 'pretty:25'],
  },
  {
    run: 'SELECT start_key, split_enforced_until IS NULL FROM [SHOW RANGES FROM TABLE drivers]',
    rows: ['…/<TableMin>|t', `${a}|f`, `${b}|t`, `${c}|f`],
  },
  {
    run: "ALTER TABLE drivers UNSPLIT AT SELECT 'new york', '4'",
    fails: [
      'XXUUU',
      /^could not UNSPLIT AT \('new york', '4'\): key \/Table\/\d+\/1\/"new york"\/"4" is not the start of a range$/,
    ],
  },
  { run: 'ALTER TABLE drivers UNSPLIT ALL' },
  {
    run: 'SELECT count(*), count(split_enforced_until) FROM [SHOW RANGES FROM TABLE drivers]',
    rows: ['4|0'],
  },

  {
    run: "ALTER INDEX drivers@by_rate SPLIT AT VALUES (25.00), (50.00), (75.00), (-0.5) WITH EXPIRATION '2030-01-10 23:30:00+00:00'",
  },
  {
    run: "SELECT start_key, end_key, split_enforced_until::STRING, right(encode(raw_start_key, 'hex'), 6) FROM [SHOW RANGES FROM INDEX drivers@by_rate WITH KEYS] OFFSET 1",
    rows: [
      '…/-0.5|…/25|2030-01-10 23:30:00|259bff',
      '…/25|…/5E+1|2030-01-10 23:30:00|2a3200',
      '…/5E+1|…/75|2030-01-10 23:30:00|2a6400',
      '…/75|…/<IndexMax>|2030-01-10 23:30:00|2a9600',
    ],
  },
  { run: 'ALTER INDEX by_rate SPLIT AT SELECT 99 WITH EXPIRATION 1893456000000000000' },
  {
    run: "SELECT split_enforced_until::STRING FROM [SHOW RANGES FROM INDEX drivers@by_rate] WHERE start_key = '…/99'",
    rows: ['2030-01-01 00:00:00'],
  },
  { run: "ALTER INDEX drivers@by_rate SPLIT AT VALUES (99) WITH EXPIRATION '1 day'::INTERVAL" },
  {
    run: "SELECT split_enforced_until BETWEEN now() AND now() + '1 day' FROM [SHOW RANGES FROM INDEX drivers@by_rate] WHERE start_key = '…/99'",
    rows: ['t'],
  },
  {
    run: "ALTER INDEX drivers@by_rate SPLIT AT VALUES (1) WITH EXPIRATION 'soon'",
    fails: ['XXUUU', 'SPLIT AT: value is neither timestamp, decimal, nor interval'],
  },
  {
    run: 'ALTER INDEX drivers@by_rate SPLIT AT VALUES (1) WITH EXPIRATION true',
    fails: ['XXUUU', /expected timestamp, decimal, or interval, got boolean/],
  },
  { run: 'ALTER INDEX by_rate SPLIT AT SELECT 1, 2', fails: ['XXUUU', 'too many columns in SPLIT AT data'] },
  { run: "ALTER INDEX by_rate SPLIT AT VALUES ('c')", fails: ['22P02', /decimal|numeric/] },
  { run: 'ALTER TABLE nowhere SPLIT AT VALUES (1)', fails: ['42P01', 'relation "nowhere" does not exist'] },
  { run: 'ALTER INDEX drivers@nowhere UNSPLIT ALL', fails: ['42704', 'index "nowhere" does not exist'] },

  // Each range that has something of the index.
  {
    run: 'ALTER INDEX drivers@by_rate SCATTER',
    columns: ['key:17', 'pretty:25'],
  },

  // Many splits, of keys that descend, and of what a zone or a region has split already.
  { run: 'CREATE TABLE numbers (id INT, PRIMARY KEY (id DESC))' },
  { run: 'ALTER TABLE numbers SPLIT AT SELECT generate_series(1, 250)' },
  {
    run: "SELECT count(*), count(DISTINCT range_id), min(start_key) FILTER (WHERE start_key LIKE '%/1') FROM [SHOW RANGES FROM TABLE numbers]",
    rows: ['251|251|…/1/1'],
  },
  { run: 'SELECT end_key FROM [SHOW RANGE FROM TABLE numbers FOR ROW (250)]', rows: ['…/1/249'] },
  {
    run: "CREATE TABLE parts (c STRING, id INT, PRIMARY KEY (c, id)) PARTITION BY LIST (c) (PARTITION p VALUES IN ('m'))",
  },
  { run: "ALTER PARTITION p OF TABLE parts CONFIGURE ZONE USING lease_preferences = '[[+region=eu-west-1]]'" },
  { run: "ALTER TABLE parts SPLIT AT VALUES ('a'), ('z')" },
  { run: "ALTER TABLE parts SPLIT AT VALUES ('m', 5)" },
  {
    run: 'SELECT start_key, lease_holder FROM [SHOW RANGES FROM TABLE parts WITH DETAILS]',
    rows: ['…/<TableMin>|1', '…/1/"a"|1', '…/1/"m"|3', '…/1/"m"/5|3', '…/1/"m"/PrefixEnd|1', '…/1/"z"|1'],
  },
  { run: 'CREATE TABLE sharded (id INT PRIMARY KEY USING HASH WITH (bucket_count = 4))' },
  { run: 'ALTER TABLE sharded SPLIT AT VALUES (1)' },
  { run: 'ALTER TABLE sharded SPLIT AT VALUES (2, 7)' },
  {
    run: 'SELECT start_key FROM [SHOW RANGES FROM TABLE sharded]',
    rows: ['…/<TableMin>', '…/1/1', '…/1/2/7'],
  },
  { run: 'DROP TABLE parts' },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'CREATE TABLE r (id INT PRIMARY KEY) LOCALITY REGIONAL BY ROW' },
  { run: "ALTER TABLE r SPLIT AT VALUES ('us-east-1', 5)" },
  {
    run: 'SELECT end_key, lease_holder FROM [SHOW RANGES FROM TABLE r WITH DETAILS]',
    rows: ['…/1/"U"/PrefixEnd|3', '…/1/"us-east-1"/5|1', '…/1/"\\xaa"/PrefixEnd|1'],
  },
  {
    run: "SELECT end_key FROM [SHOW RANGE FROM TABLE r FOR ROW ('us-east-1', 4)]",
    rows: ['…/1/"us-east-1"/5'],
  },
])

const cluster = await sessionCluster(1)

test('a client splits with the right to insert, and gets a row for each split', async () => {
  const root = await cluster.connect()
  await root.query('CREATE TABLE t (id INT PRIMARY KEY, a INT, INDEX i (a)); CREATE USER writer; CREATE USER stranger')
  await root.query('GRANT INSERT ON TABLE t TO writer')
  const [writer, stranger] = [await cluster.connect({ user: 'writer' }), await cluster.connect({ user: 'stranger' })]
  const split = await writer.query({ text: 'ALTER TABLE t SPLIT AT VALUES ($1)', values: [20], rowMode: 'array' })
  expect(split.command).toBe('SPLIT')
  expect(split.rows).toMatchObject([[expect.any(Buffer), '/20', expect.any(Date)]])
  expect((await writer.query('ALTER TABLE t SCATTER')).rows).toMatchObject([
    { pretty: expect.stringMatching(/^\/Table\/\d+$/) },
    { pretty: expect.stringMatching(/^\/Table\/\d+\/1\/20$/) },
  ])
  expect((await writer.query('ALTER TABLE t SCATTER FROM (30) TO (40)')).rows).toHaveLength(1)
  expect((await writer.query('ALTER INDEX t@i SCATTER')).rows).toHaveLength(1)
  for (const text of [
    'ALTER TABLE t SPLIT AT VALUES (30)',
    'ALTER TABLE t UNSPLIT AT VALUES (20)',
    'ALTER TABLE t UNSPLIT ALL',
    'ALTER INDEX t@i SCATTER',
  ]) {
    await expect(stranger.query(text)).rejects.toMatchObject({
      code: '42501',
      message: 'user stranger does not have INSERT privilege on relation t',
    })
  }
  const unsplit = await writer.query('ALTER TABLE t UNSPLIT ALL')
  expect(unsplit).toMatchObject({ command: 'UNSPLIT', rows: [{ pretty: expect.stringMatching(/\/1\/20$/) }] })
  // What is split stays with its table, and goes with its index.
  await root.query('ALTER INDEX t@i SPLIT AT VALUES (1)')
  expect((await root.query('SHOW RANGES FROM TABLE t')).rows).toHaveLength(3)
  await root.query('DROP INDEX t@i')
  expect((await root.query('SHOW RANGES FROM TABLE t')).rows).toHaveLength(2)
})
