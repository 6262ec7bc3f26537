import { Type } from 'typebox'
import { StorefrontError } from '../../errors/storefront-error.js'
import type { Schema } from './schema.js'

/** The header of a change that was decided on one version of a thing. */
export interface VersionHeaders {
  readonly 'if-match'?: string
}

export const versionHeaders: Schema<VersionHeaders> = Type.Unsafe<VersionHeaders>(
  Type.Object({
    'if-match': Type.Optional(
      Type.String({ pattern: '^"[1-9][0-9]{0,8}"$', description: 'The ETag of what was read.', examples: ['"1"'] }),
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
  Type.Object({
    'idempotency-key': Type.String({
      pattern: '^[\\w.:-]{8,64}$',
      description: 'Chosen by the client, new for every new request; the same key again gets the first answer again.',
      examples: ['9d0f6a4e-6f3c-4a53-8a64-3c1a7b6d1e02'],
    }),
  }),
)

/** Tells the client that nothing new happened. */
export function repeatHeader(repeated: boolean): Readonly<Record<string, string>> {
  return repeated ? { 'idempotent-replayed': 'true' } : {}
}
