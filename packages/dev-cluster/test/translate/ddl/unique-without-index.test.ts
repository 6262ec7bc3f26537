import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'

const cluster = await sessionCluster(1)

test('UNIQUE WITHOUT INDEX asks for its session variable', async () => {
  const client = await cluster.connect()
  for (const text of [
    'CREATE TABLE refused (id INT PRIMARY KEY, a INT UNIQUE WITHOUT INDEX)',
    'CREATE TABLE refused (id INT PRIMARY KEY, a INT, UNIQUE WITHOUT INDEX (a))',
  ]) {
    await expect(client.query(text)).rejects.toMatchObject({
      code: '0A000',
      message: 'unique constraints without an index are not yet supported',
      hint: expect.stringContaining('SET experimental_enable_unique_without_index_constraints = on'),
    })
  }
})

test('UNIQUE WITHOUT INDEX keeps values unique, and no catalog has an index for it', async () => {
  const client = await cluster.connect()
  const rows = async (text: string): Promise<unknown[][]> => (await client.query({ text, rowMode: 'array' })).rows
  await client.query('SET experimental_enable_unique_without_index_constraints = on')
  await client.query(`CREATE TABLE u (id INT PRIMARY KEY, a INT UNIQUE WITHOUT INDEX, b INT, c INT,
    UNIQUE WITHOUT INDEX (b, c), CONSTRAINT part UNIQUE WITHOUT INDEX (c) WHERE b > 0, INDEX i (c))`)
  await client.query('INSERT INTO u VALUES (1, 1, 1, 1), (2, NULL, 1, 2), (3, NULL, -1, 1)')
  await expect(client.query('INSERT INTO u VALUES (4, 1, 5, 5)')).rejects.toMatchObject({
    code: '23505',
    message: 'duplicate key value violates unique constraint "unique_a"',
    detail: 'Key (a)=(1) already exists.',
  })
  await expect(client.query('UPDATE u SET b = 1, c = 2 WHERE id = 3')).rejects.toMatchObject({
    code: '23505',
    constraint: expect.stringMatching(/^(unique_b_c|part)$/),
  })
  const upserted = await rows(
    'INSERT INTO u VALUES (4, 1, 7, 7) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING id, b',
  )
  expect(upserted).toEqual([['1', '7']])

  expect(await rows('SELECT create_statement FROM [SHOW CREATE TABLE u]')).toEqual([
    [
      `CREATE TABLE public.u (
	id INT8 NOT NULL,
	a INT8 NULL,
	b INT8 NULL,
	c INT8 NULL,
	CONSTRAINT u_pkey PRIMARY KEY (id ASC),
	INDEX i (c ASC),
	CONSTRAINT unique_a UNIQUE WITHOUT INDEX (a),
	CONSTRAINT unique_b_c UNIQUE WITHOUT INDEX (b, c),
	CONSTRAINT part UNIQUE WITHOUT INDEX (c) WHERE b > 0:::INT8
) WITH (schema_locked = true);`,
    ],
  ])
  const constraints = await rows(
    "SELECT constraint_name, constraint_type, details FROM [SHOW CONSTRAINTS FROM u] WHERE constraint_type = 'UNIQUE'",
  )
  expect(constraints).toEqual([
    ['part', 'UNIQUE', 'UNIQUE WITHOUT INDEX (c) WHERE b > 0:::INT8'],
    ['unique_a', 'UNIQUE', 'UNIQUE WITHOUT INDEX (a)'],
    ['unique_b_c', 'UNIQUE', 'UNIQUE WITHOUT INDEX (b, c)'],
  ])
  expect(await rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'unique_b_c'")).toEqual([
    ['UNIQUE WITHOUT INDEX (b, c)'],
  ])
  const listed = [['i'], ['u_pkey']]
  for (const text of [
    'SELECT DISTINCT index_name FROM [SHOW INDEXES FROM u] ORDER BY 1',
    "SELECT indexname FROM pg_indexes WHERE tablename = 'u' ORDER BY 1",
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = 'u'::REGCLASS ORDER BY 1",
    "SELECT index_name FROM crdb_internal.table_indexes WHERE descriptor_name = 'u' ORDER BY 1",
    'SELECT DISTINCT index_name FROM [SHOW RANGES FROM TABLE u WITH INDEXES] ORDER BY 1',
  ]) {
    expect(await rows(text)).toEqual(listed)
  }
  await expect(client.query('DROP INDEX u@unique_a')).rejects.toMatchObject({
    code: '42704',
    message: 'index "unique_a" does not exist',
  })

  await client.query('ALTER TABLE u DROP CONSTRAINT unique_a')
  await client.query('ALTER TABLE u DROP CONSTRAINT part')
  await client.query('ALTER TABLE u RENAME CONSTRAINT unique_b_c TO pair')
  await client.query('INSERT INTO u VALUES (5, 1, 8, 8)')
  await expect(client.query('ALTER TABLE u ADD CONSTRAINT again UNIQUE WITHOUT INDEX (a)')).rejects.toMatchObject({
    code: '23505',
  })
  await client.query('UPDATE u SET a = id')
  await client.query('ALTER TABLE u ADD UNIQUE WITHOUT INDEX (a)')
  await expect(client.query('ALTER TABLE u ADD COLUMN d INT UNIQUE WITHOUT INDEX')).rejects.toMatchObject({
    code: '0A000',
    message: 'adding a column marked as UNIQUE WITHOUT INDEX is unsupported',
  })
  await expect(client.query('ALTER TABLE u ADD UNIQUE WITHOUT INDEX (a) STORING (b)')).rejects.toMatchObject({
    code: '0A000',
    message: 'unique constraints without an index cannot store columns',
  })
  expect(await rows('SELECT constraint_name FROM [SHOW CONSTRAINTS FROM u]')).toEqual([
    ['pair'],
    ['u_pkey'],
    ['unique_a'],
  ])
})
