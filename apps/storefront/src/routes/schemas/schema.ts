import { type TOptional, type TUnsafe, Type } from 'typebox'

/** A JSON Schema whose valid values have the type T. */
export type Schema<T> = TUnsafe<T>

/** The schema of an object of the service; the compiler checks that it has T's properties, no other, and with T's types. */
export function entity<T>(name: string, properties: { readonly [K in keyof Required<T>]: Property<T, K> }): Schema<T> {
  return Type.Unsafe<T>(Type.Object({ ...properties }, { title: name, additionalProperties: false }))
}

/** What is optional in T has to be marked so, and nothing else. */
type Property<T, K extends keyof T> = undefined extends T[K]
  ? TOptional<Schema<Exclude<T[K], undefined>>>
  : Schema<T[K]>

export function optional<T>(schema: Schema<T>): TOptional<Schema<T>> {
  return Type.Optional(schema)
}

export function list<T>(items: Schema<T>): Schema<readonly T[]> {
  return Type.Unsafe<readonly T[]>(Type.Array(items))
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return Type.Unsafe<T | null>(Type.Union([schema, Type.Null()]))
}

export function choice<T extends string>(values: readonly T[]): Schema<T> {
  return Type.Unsafe<T>({ type: 'string', enum: [...values] })
}
