import { Type } from 'typebox'
import { StorefrontError } from '../../errors/storefront-error.js'
import { idempotencyKey } from './primitives.js'
import type { Schema } from './schema.js'

/** The header of a change that was decided on one version of a thing. */
export interface VersionHeaders {
  readonly 'if-match'?: string
}

export const versionHeaders: Schema<VersionHeaders> = Type.Unsafe<VersionHeaders>(
  Type.Object({
    'if-match': Type.Optional(
      Type.String({
        pattern: '^"[1-9][0-9]{0,8}"$',
        description: 'The ETag of what was read, a version in double quotes.',
        examples: ['"1"'],
      }),
    ),
  }),
)

/** The version that a change was decided on. Throws `version-required`. */
export function requiredVersion(headers: VersionHeaders): number {
  const tag = headers['if-match']
  if (tag === undefined) throw new StorefrontError('version-required')
  return Number(tag.slice(1, -1))
}

export function versionTag(thing: { readonly version: number }): { readonly etag: string } {
  return { etag: `"${thing.version}"` }
}

/** The header of a request that may be sent again without happening again. */
export interface IdempotencyHeaders {
  readonly 'idempotency-key': string
}

export const idempotencyHeaders: Schema<IdempotencyHeaders> = Type.Unsafe<IdempotencyHeaders>(
  Type.Object({ 'idempotency-key': idempotencyKey }),
)

/** As `idempotencyHeaders`, where a request without a key is taken too. */
export const optionalIdempotencyHeaders: Schema<Partial<IdempotencyHeaders>> = Type.Unsafe<Partial<IdempotencyHeaders>>(
  Type.Object({
    'idempotency-key': Type.Optional(
      Type.Unsafe<string>({
        ...idempotencyKey,
        description:
          '8 to 64 letters, digits, points, colons, hyphens and underscores: the same key again gets the first answer again; without one, the same request again makes another one.',
      }),
    ),
  }),
)

/** Tells the client that nothing new happened. */
export function repeatHeader(repeated: boolean): Readonly<Record<string, string>> {
  return repeated ? { 'idempotent-replayed': 'true' } : {}
}
