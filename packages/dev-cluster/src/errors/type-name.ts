const names = new Map([
  ['smallint', 'int2'],
  ['integer', 'int'],
  ['bigint', 'int'],
  ['text', 'string'],
  ['unknown', 'string'],
  ['character varying', 'varchar'],
  ['character', 'char'],
  ['boolean', 'bool'],
  ['bytea', 'bytes'],
  ['numeric', 'decimal'],
  ['real', 'float4'],
  ['double precision', 'float'],
  ['timestamp without time zone', 'timestamp'],
  ['timestamp with time zone', 'timestamptz'],
  ['time without time zone', 'time'],
  ['time with time zone', 'timetz'],
  ['json', 'jsonb'],
  ['bit varying', 'varbit'],
])

/** How CockroachDB's messages spell a type that PostgreSQL's spell `name`: `integer` → `int`, `text[]` → `string[]`. */
export function cockroachTypeName(name: string): string {
  if (name.endsWith('[]')) return `${cockroachTypeName(name.slice(0, -2))}[]`
  const typmod = /\(\d+(?:,\d+)?\)/.exec(name)?.[0] ?? ''
  return (names.get(name.replace(typmod, '')) ?? name.replace(typmod, '')) + typmod
}
