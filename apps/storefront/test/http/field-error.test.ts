import { Ajv2020 as JsonSchema } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { fieldError } from '../../src/http/field-error.js'
import { routeTable } from '../../src/routes/route-table.js'

const ajv = new JsonSchema({ allErrors: true, verbose: true, strict: false })
formats.default(ajv)

const wrong: unknown[] = [null, 0, -1, 1.5, 1e12, true, '', ' ', 'x'.repeat(6000), [], [0], {}, { $: 1 }]
wrong.push(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, 'x'])))
wrong.push(Array.from({ length: 5001 }, () => 0))

/** Each value that a schema allows for its parts, with one part after another replaced by what is wrong. */
function* wrongValues(schema: unknown): Generator {
  yield* wrong
  if (typeof schema !== 'object' || schema === null) return
  const { properties, items, additionalProperties } = { properties: {}, items: undefined, ...schema } as {
    properties: Record<string, unknown>
    items: unknown
    additionalProperties?: unknown
  }
  for (const [name, property] of Object.entries(properties))
    for (const value of wrongValues(property)) yield { [name]: value }
  if (items !== undefined) for (const value of wrongValues(items)) yield [value]
  if (typeof additionalProperties === 'object')
    for (const value of wrongValues(additionalProperties)) yield { a: value, 'not a name': 'x' }
}

test('says of everything that a route can refuse what it should be, never in the words of the validator', () => {
  const messages = new Set<string>()
  const keywords = new Set<string>()
  for (const route of routeTable) {
    for (const part of ['params', 'query', 'headers', 'body'] as const) {
      const schema = route[part]
      if (schema === undefined) continue
      const validate = ajv.compile(schema)
      for (const value of wrongValues(schema)) {
        validate(value)
        for (const error of validate.errors ?? []) {
          keywords.add(error.keyword)
          const shown = fieldError(part, error)
          if (shown === undefined) continue
          messages.add(shown.message)
          expect(shown.message).not.toBe(error.message)
        }
      }
    }
  }
  for (const message of messages) expect(message).toMatch(/^(must be|is required:|is not a field of this request;) \w/)
  expect([...messages].join()).not.toMatch(/undefined|null|NaN|[\\^$]/)
  expect(messages).not.toContain('must be a whole number')
  expect(messages).toContain('must be a JSON list of 1 to 5000 entries')
  expect(messages).toContain('must be a JSON object of 1 or more fields')
  expect(messages).toContain('must be one of placed, paid, shipped, delivered, cancelled')
  expect(messages).toContain('must be named by up to 40 lower-case letters, digits and underscores, a letter first')
  // All that the schemas of requests can refuse by.
  expect([...keywords].toSorted()).toEqual([
    'additionalProperties',
    'enum',
    'format',
    'maxItems',
    'maxLength',
    'maxProperties',
    'maximum',
    'minItems',
    'minLength',
    'minProperties',
    'minimum',
    'pattern',
    'propertyNames',
    'required',
    'type',
  ])
})
