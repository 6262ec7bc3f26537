import type { Post, User } from '@cerci/example-service'

/** Columns as node-postgres gives them: INT8 as text, because a number would not hold it. */
export interface UserRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly version: string
}

export interface PostRow {
  readonly id: string
  readonly title: string
  readonly published: boolean
  readonly views: string
  readonly created_at: Date
}

export function toUser({ id, email, name, version }: UserRow): User {
  return { id, email, name, version: Number(version) }
}

export function toPost({ id, title, published, views, created_at }: PostRow): Post {
  return { id, title, published, views: BigInt(views), createdAt: created_at }
}
