import { describe, expect, test } from 'vitest'
import { columnType } from '../../src/value/column-type.js'
import { Decimal } from '../../src/value/decimal.js'
import { encodeText } from '../../src/value/encode-text.js'

test.each<[unknown, string, string | null]>([
  [null, 'INT8', null],
  [5, 'INT8', '5'],
  [-0, 'FLOAT8', '-0'],
  [0.1, 'FLOAT8', '0.1'],
  [Number.POSITIVE_INFINITY, 'FLOAT8', 'Infinity'],
  [Number.NaN, 'DECIMAL', 'NaN'],
  [2n ** 62n, 'INT8', '4611686018427387904'],
  [true, 'BOOL', 'true'],
  ['text', 'STRING', 'text'],
  [Decimal.parse('1.50'), 'DECIMAL(10,2)', '1.50'],
  [new Date('2026-01-02T03:04:05.678Z'), 'TIMESTAMPTZ', '2026-01-02T03:04:05.678Z'],
  [new Date(2026, 0, 2, 3, 4, 5, 6), 'TIMESTAMP', '2026-01-02T03:04:05.006'],
  [new Date(2026, 0, 2), 'DATE', '2026-01-02'],
  [new Date('+012026-01-02T00:00:00Z'), 'timestamp with time zone', '12026-01-02T00:00:00.000Z'],
  [new Date('-000043-03-15T00:00:00Z'), 'TIMESTAMPTZ', '0044-03-15T00:00:00.000Z BC'],
  [Buffer.from([1, 255]), 'BYTES', '\\x01ff'],
  [new Uint8Array([1, 2, 3]).subarray(1), 'BYTEA', '\\x0203'],
  [[1, 2.5], 'VECTOR(2)', '[1,2.5]'],
  [new Float32Array([1, 0.5]), 'VECTOR(2)', '[1,0.5]'],
  [['a', null, undefined, 'b,c'], 'STRING[]', '{a,NULL,NULL,"b,c"}'],
  [[1, 2n, '3'], 'INT8[]', '{1,2,3}'],
  [[new Date(0)], 'timestamp with time zone[]', '{1970-01-01T00:00:00.000Z}'],
  [[], 'INT8 ARRAY', '{}'],
  [{ a: 1 }, 'JSONB', '{"a":1}'],
  [[1, 'two'], 'JSONB', '[1,"two"]'],
  ['{"a":1}', 'JSON', '{"a":1}'],
  [new Date(0), 'JSONB', '"1970-01-01T00:00:00.000Z"'],
  [{ toPostgres: () => 'custom' }, 'mood', 'custom'],
  [{ toPostgres: () => null }, 'mood', null],
])('%o for %s', (value, type, text) => {
  expect(encodeText(value, columnType(type), 'c')).toBe(text)
})

const circular: { self?: unknown } = {}
circular.self = circular

test.each<[unknown, string]>([
  [undefined, 'INT8'],
  [() => 1, 'STRING'],
  [Symbol('s'), 'STRING'],
  [1.5, 'INT8'],
  [2 ** 53, 'INT4'],
  [Number.NaN, 'JSONB'],
  [new Date(Number.NaN), 'TIMESTAMPTZ'],
  ['nul\0', 'STRING'],
  [{ a: 1 }, 'STRING'],
  [[1], 'INT8'],
  [[[1]], 'INT8[]'],
  [circular, 'JSONB'],
  [{ a: 1n }, 'JSONB'],
  [[1, Number.NaN], 'VECTOR(2)'],
])('refuses %o for %s', (value, type) => {
  expect(() => encodeText(value, columnType(type), 'price')).toThrow(
    expect.objectContaining({ code: 'CERCI_BAD_VALUE', column: 'price' }),
  )
})

describe('types by name', () => {
  test.each([
    ['INT8', 'int8[]', undefined],
    ['character varying(10)', 'text[]', undefined],
    ['"char"', 'text[]', undefined],
    ['timestamp(3) without time zone', 'timestamp[]', undefined],
    ['TIMESTAMPTZ', 'timestamptz[]', undefined],
    ['double  precision', 'float8[]', undefined],
    ['bit(4)', 'varbit[]', undefined],
    ['jsonb', 'text[]', 'jsonb'],
    ['bigint[]', 'text[]', 'bigint[]'],
    ['public.mood', 'text[]', 'public.mood'],
    ['"My Schema"."Mood"', 'text[]', '"My Schema"."Mood"'],
    ['GEOMETRY(POINT, 4326)', 'text[]', 'geometry'],
  ])('%s', (name, array, cast) => {
    expect(columnType(name)).toMatchObject({ array, cast })
  })

  test.each(['', 'int8)', 'int8; DROP TABLE t', "int8'", '1', 'a + b', 'int8::text', '(int8', '$1'])(
    'refuses "%s"',
    name => {
      expect(() => columnType(name)).toThrow(expect.objectContaining({ code: 'CERCI_INVALID_OPTION' }))
    },
  )
})
