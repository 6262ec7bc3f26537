import { expect, it } from 'vitest'
import { datasourceUrl } from '../../src/run/datasource-url.js'
import { databaseOf, schemaOf } from '../../src/session/connection-url.js'

it.each([
  ['postgresql://root@a:1,b:2/bank?sslmode=disable', 'postgresql://root@a:1/bank?sslmode=disable&host=a:1,b:2'],
  ['postgresql://app:p,w@a,b:2,[::1]:3', 'postgresql://app:p,w@a?host=a,b:2,[::1]:3'],
  ['cockroachdb://a:1,b:2/bank', 'cockroachdb://a:1/bank?host=a:1,b:2'],
  ['postgresql://root@a:1/bank?options=x,y', 'postgresql://root@a:1/bank?options=x,y'],
  ['a,b', 'a,b'],
])('%s becomes a URL that prisma can read', (url, expected) => {
  expect(datasourceUrl(url)).toBe(expected)
  expect(databaseOf(datasourceUrl(url))).toBe(databaseOf(url))
})

it.each([
  ['postgresql://a:1,b:2/my%20bank?schema=shop', 'my bank', 'shop'],
  ['postgresql://a', 'defaultdb', 'public'],
  ['postgresql://a?schema=s', 'defaultdb', 's'],
])('%s names database %s and schema %s', (url, database, schema) => {
  expect([databaseOf(url), schemaOf(url)]).toEqual([database, schema])
})
