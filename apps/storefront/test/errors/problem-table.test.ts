import { expect, test } from 'vitest'
import { problemTable } from '../../src/errors/problem-table.js'
import { problemsOf } from '../../src/openapi/openapi-document.js'
import { routeTable } from '../../src/routes/route-table.js'

test('names what is wrong and what to do, in the right class of HTTP status', () => {
  for (const [code, { status, title, action }] of Object.entries(problemTable)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).toMatch(/\.$/)
    expect(action).toMatch(/\.$/)
  }
})

test('has no problem that no route can have', () => {
  const anywhere = ['route-not-found', 'method-not-allowed']
  const possible = new Set<string>([...routeTable.flatMap(problemsOf), ...anywhere])
  expect(Object.keys(problemTable).filter(code => !possible.has(code))).toEqual([])
})
