import type { Queryable } from 'cerci'

/** Makes the tables of the lists: even keys are a row each, odd ones a row for each value. */
export async function createLists(db: Queryable): Promise<void> {
  await db.query('CREATE TABLE lists (id INT PRIMARY KEY, v STRING NOT NULL)')
  await db.query('CREATE TABLE items (list INT, at INT, v INT NOT NULL, PRIMARY KEY (list, at))')
}

/** @param lock whether others may not append until the transaction ends */
export async function readList(db: Queryable, key: number, lock = false): Promise<number[]> {
  const locking = lock ? ' FOR UPDATE' : ''
  if (key % 2 === 1) {
    const { rows } = await db.query<{ v: string }>(`SELECT v FROM items WHERE list = $1 ORDER BY at${locking}`, [key])
    return rows.map(({ v }) => Number(v))
  }
  const { rows } = await db.query<{ v: string }>(`SELECT v FROM lists WHERE id = $1${locking}`, [key])
  return parse(rows[0]?.v ?? '')
}

/** Reads several lists at one moment. */
export async function readLists(db: Queryable, keys: readonly number[]): Promise<Map<number, number[]>> {
  const { rows } = await db.query<{ key: string; v: string }>(
    `SELECT id AS key, v FROM lists WHERE id = ANY ($1::INT[])
     UNION ALL SELECT list, string_agg(v::STRING, ',' ORDER BY at) FROM items WHERE list = ANY ($1::INT[]) GROUP BY list`,
    [keys],
  )
  const found = new Map(rows.map(({ key, v }) => [Number(key), parse(v)]))
  return new Map(keys.map(key => [key, found.get(key) ?? []]))
}

/** Appends without having looked. */
export async function append(db: Queryable, key: number, value: number): Promise<void> {
  if (key % 2 === 1) {
    await db.query(
      'INSERT INTO items (list, at, v) SELECT $1::INT, coalesce(max(at), 0) + 1, $2::INT FROM items WHERE list = $1::INT',
      [key, value],
    )
  } else {
    await db.query(
      "INSERT INTO lists (id, v) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET v = lists.v || ',' || excluded.v",
      [key, String(value)],
    )
  }
}

/** Makes of a list that was read the same with one more value: what another one appended meanwhile would be lost. */
export async function writeLonger(db: Queryable, key: number, seen: readonly number[], value: number): Promise<void> {
  if (key % 2 === 1) {
    await db.query('UPSERT INTO items (list, at, v) VALUES ($1, $2, $3)', [key, seen.length + 1, value])
  } else {
    await db.query('UPSERT INTO lists (id, v) VALUES ($1, $2)', [key, [...seen, value].join()])
  }
}

function parse(list: string): number[] {
  return list === '' ? [] : list.split(',').map(Number)
}
