import { type Client, DatabaseError } from 'pg'
import { beforeAll } from 'vitest'
import { Catalogs } from '../../src/catalog/catalogs.js'
import type { CatalogSnapshot } from '../../src/catalog/snapshot.js'
import { translateError } from '../../src/errors/translate-error.js'
import { type EngineUnderTest, engineUnderTest } from '../overlay/sql-user.js'

/** A shop's schema on an engine, and what a client is told of statements that it refuses. */
export interface ShopErrors extends Pick<EngineUnderTest, 'connect'> {
  readonly client: () => Client
  /** What PostgreSQL's error for a statement becomes, by the letters of its fields. */
  readonly answer: (statement: string, values?: unknown[], by?: Client) => Promise<Record<string, string>>
}

export function shopErrors(): ShopErrors {
  const { engine, connect } = engineUnderTest()
  let client: Client
  let catalog: CatalogSnapshot

  beforeAll(async () => {
    client = await connect()
    await client.query(`
      CREATE ROLE max LOGIN;
      CREATE TYPE status AS ENUM ('open', 'closed');
      CREATE TABLE customers (id int8 PRIMARY KEY, email text UNIQUE);
      CREATE TABLE orders (
        id int8 PRIMARY KEY, customer_id int8 REFERENCES customers (id), buyer int8 REFERENCES customers (id) ON DELETE RESTRICT,
        quantity int8 NOT NULL CHECK (quantity > 0), code varchar(5), price numeric(5,2), small int4, tiny int2, ref uuid, at timestamptz,
        day date, done bool, doc jsonb, weight float8, state status);
      CREATE TABLE audit (id int8);
      CREATE VIEW open_orders AS SELECT id, code FROM orders;
      GRANT SELECT ON orders TO max;
      INSERT INTO customers VALUES (1, 'a');
      INSERT INTO orders (id, customer_id, buyer, quantity) VALUES (1, 1, NULL, 1)`)
    catalog = await new Catalogs(engine()).current('defaultdb')
  })

  return {
    connect,
    client: () => client,
    async answer(statement, values = [], by = client) {
      try {
        await by.query(statement, values)
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error
        return Object.fromEntries(translateError(fieldsOf(error), { catalog, statement, user: 'max' }))
      }
      throw new Error(`no error: ${statement}`)
    },
  }
}

function fieldsOf(error: DatabaseError): Map<string, string> {
  const fields = new Map<string, string>()
  for (const [letter, property] of Object.entries(letters)) {
    const value = error[property]
    if (value !== undefined) fields.set(letter, value)
  }
  return fields
}

const letters = {
  C: 'code',
  M: 'message',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
  S: 'severity',
} as const
