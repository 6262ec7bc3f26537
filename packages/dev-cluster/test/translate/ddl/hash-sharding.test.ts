import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

// What https://www.cockroachlabs.com/docs/v26.2/hash-sharded-indexes prints of its examples.
testStatements(session, [
  { run: 'CREATE TABLE products (ts DECIMAL PRIMARY KEY USING HASH, product_id INT8)' },
  {
    run: 'SELECT index_name, seq_in_index, column_name, direction, storing, implicit FROM [SHOW INDEX FROM products]',
    rows: [
      'products_pkey|1|crdb_internal_ts_shard_16|ASC|f|t',
      'products_pkey|2|ts|ASC|f|f',
      'products_pkey|3|product_id|N/A|t|f',
    ],
  },
  {
    run: 'SELECT column_name, data_type, is_nullable, indices, is_hidden FROM [SHOW COLUMNS FROM products]',
    rows: [
      'crdb_internal_ts_shard_16|INT8|f|{products_pkey}|t',
      'ts|DECIMAL|f|{products_pkey}|f',
      'product_id|INT8|t|{products_pkey}|f',
    ],
  },
  {
    run: `CREATE TABLE events (product_id INT8, owner UUID, ts TIMESTAMP, data JSONB,
      PRIMARY KEY (product_id, ts), INDEX (ts) USING HASH WITH (bucket_count = 20))`,
  },
  {
    run: "SELECT column_name, implicit FROM [SHOW INDEX FROM events] WHERE index_name = 'events_ts_idx'",
    rows: ['crdb_internal_ts_shard_20|t', 'ts|f', 'product_id|t'],
  },
  { run: 'ALTER TABLE events ALTER PRIMARY KEY USING COLUMNS (product_id, ts) USING HASH' },
  {
    run: 'SELECT index_name, column_name, storing, implicit FROM [SHOW INDEX FROM events]',
    rows: [
      'events_pkey|crdb_internal_product_id_ts_shard_16|f|t',
      'events_pkey|product_id|f|f',
      'events_pkey|ts|f|f',
      'events_pkey|owner|t|f',
      'events_pkey|data|t|f',
      'events_ts_idx|crdb_internal_ts_shard_20|f|t',
      'events_ts_idx|ts|f|f',
      'events_ts_idx|crdb_internal_product_id_ts_shard_16|f|t',
      'events_ts_idx|product_id|f|t',
    ],
  },
  {
    run: 'SELECT create_statement FROM [SHOW CREATE TABLE events]',
    rows: [
      `CREATE TABLE public.events (
	product_id INT8 NOT NULL,
	owner UUID NULL,
	ts TIMESTAMP NOT NULL,
	data JSONB NULL,
	crdb_internal_ts_shard_20 INT8 NOT VISIBLE NOT NULL AS (mod(fnv32(crdb_internal.datums_to_bytes(ts)), 20:::INT8)) VIRTUAL,
	crdb_internal_product_id_ts_shard_16 INT8 NOT VISIBLE NOT NULL AS (mod(fnv32(crdb_internal.datums_to_bytes(product_id, ts)), 16:::INT8)) VIRTUAL,
	CONSTRAINT events_pkey PRIMARY KEY (product_id ASC, ts ASC) USING HASH WITH (bucket_count=16),
	INDEX events_ts_idx (ts ASC) USING HASH WITH (bucket_count=20)
) WITH (schema_locked = true);`,
    ],
  },
  // The bytes of decimals are those that the documentation of ALTER INDEX prints of 25, 50 and 75.
  {
    run: "SELECT encode(crdb_internal.datums_to_bytes(25.00, 50::DECIMAL, 75.0, 1::DECIMAL, -1::DECIMAL), 'hex')",
    rows: ['2a32002a64002a96002a020024fdff'],
  },
  {
    run: "SELECT encode(crdb_internal.datums_to_bytes('chicago', 1, -1, NULL, true, '1970-01-02'::DATE, 3.5::FLOAT), 'hex')",
    rows: ['126368696361676f00018987ff00898905400c000000000000'],
  },
  {
    run: "SELECT encode(crdb_internal.datums_to_bytes(0.0::DECIMAL, 0.05, 1e30::DECIMAL, -1e30::DECIMAL), 'hex')",
    rows: ['27290a00349802001a87effdff'],
  },

  // What SHOW CREATE TABLE prints makes the same table.
  {
    run: `CREATE TABLE copied (
      crdb_internal_id_shard_4 INT8 NOT VISIBLE NOT NULL AS (mod(fnv32(crdb_internal.datums_to_bytes(id)), 4:::INT8)) VIRTUAL,
      id INT8 NOT NULL, a INT8 NULL, CONSTRAINT copied_pkey PRIMARY KEY (id ASC) USING HASH WITH (bucket_count=4))`,
  },
  { run: 'INSERT INTO copied VALUES (1, 10), (2, 20), (3, 30), (4, 40)' },
  { run: 'UPSERT INTO copied VALUES (1, 11)' },
  {
    run: 'INSERT INTO copied VALUES (2, 0) ON CONFLICT (id) DO UPDATE SET a = 21 RETURNING *',
    rows: ['2|21'],
  },
  { run: 'SELECT count(*) FROM copied WHERE crdb_internal_id_shard_4 BETWEEN 0 AND 3', rows: ['4'] },
  // A whole read goes through one bucket after the other; by key it is one lookup.
  { run: 'SELECT id, crdb_internal_id_shard_4 FROM copied', rows: ['3|0', '2|1', '1|2', '4|3'] },
  { run: "SELECT count(*) FROM [EXPLAIN SELECT * FROM copied] WHERE info LIKE '%sort%'", rows: ['0'] },
  {
    run: "SELECT count(*) FROM [EXPLAIN SELECT * FROM copied WHERE id = 1] WHERE info LIKE '%[/1 - /1]%'",
    rows: ['1'],
  },
  { run: 'CREATE TABLE child (id INT8 PRIMARY KEY, copied_id INT8 REFERENCES copied (id))' },
  { run: 'DROP TABLE child' },

  // Indexes on the same columns share a shard column; the last one takes it along.
  { run: 'CREATE UNIQUE INDEX ua ON copied (a) USING HASH WITH (bucket_count = 3)' },
  { run: 'CREATE INDEX ia ON copied (a DESC) USING HASH WITH BUCKET_COUNT = 3' },
  { run: 'INSERT INTO copied VALUES (9, 40)', fails: ['23505', /unique constraint "ua"/] },
  { run: 'DROP INDEX copied@ua' },
  { run: "SELECT count(*) FROM [SHOW COLUMNS FROM copied] WHERE column_name LIKE '%shard_3'", rows: ['1'] },
  { run: 'DROP INDEX ia' },
  { run: "SELECT count(*) FROM [SHOW COLUMNS FROM copied] WHERE column_name LIKE '%shard_3'", rows: ['0'] },
  { run: 'CREATE INDEX part ON copied (a, id) USING HASH WITH (bucket_count = 4, shard_columns = (a))' },
  {
    run: "SELECT indexdef FROM pg_indexes WHERE indexname = 'part'",
    rows: [
      'CREATE INDEX part ON dialect.public.copied USING btree (a ASC, id ASC) USING HASH WITH (bucket_count=4, shard_columns=(a))',
    ],
  },
  { run: 'ALTER TABLE copied DROP COLUMN a' },
  {
    run: 'SELECT column_name FROM [SHOW COLUMNS FROM copied]',
    rows: ['crdb_internal_id_shard_4', 'id'],
  },
  // The old key stays, sharded as it was.
  { run: 'ALTER TABLE copied ADD COLUMN n INT8 NOT NULL DEFAULT unique_rowid()' },
  { run: 'ALTER TABLE copied ALTER PRIMARY KEY USING COLUMNS (n)' },
  {
    run: 'SELECT constraint_name, details FROM [SHOW CONSTRAINTS FROM copied]',
    rows: ['copied_id_key|UNIQUE (id ASC) USING HASH WITH (bucket_count=4)', 'copied_pkey|PRIMARY KEY (n ASC)'],
  },
  { run: 'ALTER TABLE copied DROP CONSTRAINT copied_id_key' },
  { run: 'SELECT column_name FROM [SHOW COLUMNS FROM copied]', rows: ['id', 'n'] },
  { run: 'ALTER TABLE copied ADD CONSTRAINT u UNIQUE (id) USING HASH WITH (bucket_count = 2)' },
  { run: 'CREATE TABLE late (a INT8)' },
  { run: 'ALTER TABLE late ADD COLUMN id INT8 NOT NULL PRIMARY KEY USING HASH WITH (bucket_count = 3)' },
  { run: 'INSERT INTO late (a, id) VALUES (1, 2) RETURNING crdb_internal_id_shard_3 < 3', rows: ['t'] },

  {
    run: 'CREATE INDEX ON late (a) USING HASH WITH (bucket_count = 1)',
    fails: ['22023', 'hash sharded index bucket count must be in range [2, 2048], got 1'],
  },
  {
    run: 'CREATE INDEX ON late (a) USING HASH WITH BUCKET_COUNT = 4 WITH (bucket_count = 4)',
    fails: ['22023', '"bucket_count" storage parameter and "BUCKET_COUNT" cannot be set at the same time'],
  },
  {
    run: 'CREATE INDEX ON late (a, id) USING HASH WITH (shard_columns = (id))',
    fails: ['22023', /must be a prefix of the index key columns/],
  },
  {
    run: 'CREATE INVERTED INDEX ON events (data) USING HASH',
    fails: ['26000', "inverted indexes don't support hash sharding"],
  },
  { run: 'CREATE INDEX ON late ((a + 1)) USING HASH', fails: ['0A000', /USING HASH on an expression/] },
])
