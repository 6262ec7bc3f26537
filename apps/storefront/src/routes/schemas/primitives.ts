import { type TObject, Type } from 'typebox'
import type { Schema } from './schema.js'

/** Lower case only, so that one id is one text everywhere. */
export const uuid: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  format: 'uuid',
  pattern: '^[0-9a-f-]+$',
  description: 'A UUID in lower case.',
  examples: ['6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11'],
})

/** Of a path that begins with a user. */
export const userParams: TObject<{ userId: Schema<string> }> = Type.Object({ userId: uuid })

/** Not below zero; at most what DECIMAL(19,2) holds. Numbers are refused: a float is not money. */
export const money: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  pattern: '^(0|[1-9][0-9]{0,16})([.][0-9]{1,2})?$',
  description: 'An exact decimal from 0 on, with at most 17 digits before the point and two after it, as a string.',
  examples: ['12.50'],
})

/** As `money`, and more than zero. */
export const positiveMoney: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  pattern: '^(?!0*[.]?0*$)(0|[1-9][0-9]{0,16})([.][0-9]{1,2})?$',
  description: 'An exact decimal above 0, with at most 17 digits before the point and two after it, as a string.',
  examples: ['12.50'],
})

export const signedMoney: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  description: 'An exact decimal with two digits after the point, as a string; negative when money left the account.',
  examples: ['-12.50'],
})

export const timestamp: Schema<Date> = Type.Unsafe<Date>({ type: 'string', format: 'date-time' })

export const version: Schema<number> = Type.Unsafe<number>({ type: 'integer', minimum: 1, maximum: 2_147_483_647 })

/** Pieces of something: one to a million. */
export const quantity: Schema<number> = Type.Unsafe<number>({ type: 'integer', minimum: 1, maximum: 1_000_000 })

export const stock: Schema<number> = Type.Unsafe<number>({ type: 'integer', minimum: 0, maximum: 1_000_000_000 })

export const emailAddress: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  format: 'email',
  description: 'An e-mail address of at most 254 characters.',
  maxLength: 254,
  examples: ['ada@example.com'],
})

/** One line for people: no control characters, not only spaces, no half of a surrogate pair. */
export const label: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$',
  description: 'One line of 1 to 200 characters, not only spaces, without control characters.',
})

/** Long enough to be worth hashing, short enough not to be a burden. */
export const password: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  minLength: 10,
  maxLength: 200,
  format: 'password',
  examples: ['correct horse battery'],
})

/** Text of several lines. U+0000 and halves of surrogate pairs are refused because the database cannot store them. */
export const longText: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  maxLength: 5000,
  pattern: '^[^\\u0000\\p{Cs}]*$',
  description: 'Text of at most 5000 characters in well-formed Unicode, without U+0000.',
})

export const sku: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  pattern: '^[\\w.-]{1,64}$',
  description: 'Up to 64 letters, digits, points, hyphens and underscores.',
  examples: ['MUG-BLUE-01'],
})

/** Chosen by the client, new for every new request; the same key again gets the first answer again. */
export const idempotencyKey: Schema<string> = Type.Unsafe<string>({
  type: 'string',
  pattern: '^[\\w.:-]{8,64}$',
  description:
    '8 to 64 letters, digits, points, colons, hyphens and underscores: new for every new request; the same key again gets the first answer again.',
  examples: ['9d0f6a4e-6f3c-4a53-8a64-3c1a7b6d1e02'],
})

/** An answer that is not JSON. */
export const plainText: Schema<string> = Type.Unsafe<string>({ type: 'string' })
