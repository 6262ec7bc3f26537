import { expect, test } from 'vitest'
import { clientSearchPath, realSearchPath } from '../../src/variables/search-path.js'

test.each([
  ['"$user", public', '"$user", public, crdb_internal, pg_catalog'],
  ['sales', 'sales, crdb_internal, pg_catalog'],
  ['', 'crdb_internal, pg_catalog'],
])('%j is %j for PostgreSQL, and back', (client, real) => {
  expect(realSearchPath(client)).toBe(real)
  expect(clientSearchPath(real)).toBe(client)
})
