import { expect, test } from 'vitest'
import { overlayRelation, overlayRelations } from '../../src/catalog/overlay-relations.js'
import { engineUnderTest } from '../overlay/sql-user.js'

const { engine, connect } = engineUnderTest()

test('the list is what the overlay has', async () => {
  const rows = await engine().query(
    'defaultdb',
    `SELECT relname FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND relname LIKE '%.%' ORDER BY 1`,
  )
  expect(rows.map(row => row.relname)).toEqual(overlayRelations.toSorted())
})

test('a SQL user may read each of them, and each has all columns of the original', async () => {
  const client = await connect()
  for (const full of overlayRelations) {
    const own = await client.query(`SELECT * FROM crdb_internal."${full}" LIMIT 0`)
    const names = own.fields.map(field => field.name)
    if (full === 'information_schema.statistics') continue // Not in PostgreSQL.
    const original = await client.query(`SELECT * FROM ${full} LIMIT 0`)
    const missing = original.fields.map(field => field.name).filter(name => !names.includes(name))
    expect({ full, missing }).toEqual({
      full,
      // CockroachDB has neither typed tables nor character sets per schema.
      missing:
        full === 'information_schema.tables'
          ? [
              'self_referencing_column_name',
              'reference_generation',
              'user_defined_type_catalog',
              'user_defined_type_schema',
              'user_defined_type_name',
              'is_typed',
              'commit_action',
            ]
          : full === 'information_schema.schemata'
            ? ['schema_owner', 'default_character_set_catalog', 'default_character_set_schema']
            : [],
    })
  }
})

test('names resolve with and without schema', () => {
  expect(overlayRelation(undefined, 'pg_am')).toBe('pg_catalog.pg_am')
  expect(overlayRelation('information_schema', 'columns')).toBe('information_schema.columns')
  expect(overlayRelation(undefined, 'columns')).toBeUndefined()
  expect(overlayRelation('public', 'pg_am')).toBeUndefined()
})
