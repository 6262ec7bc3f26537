import type { Post, User, UserDetails } from '@cerci/example-service'
import type { Prisma } from './generated/client.js'
import type { PostModel, UserModel } from './generated/models.js'

/** A user with what is shown beside it. */
export const withDetails = {
  account: true,
  posts: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] },
} satisfies Prisma.UserInclude

type DetailedUser = Prisma.UserGetPayload<{ include: typeof withDetails }>

export function toUser({ id, email, name, version }: UserModel): User {
  return { id, email, name, version: Number(version) }
}

export function toPost({ id, title, published, views, createdAt }: PostModel): Post {
  return { id, title, published, views, createdAt }
}

export function toDetails(user: DetailedUser): UserDetails | undefined {
  const { account, posts } = user
  if (account === null) return undefined
  return { ...toUser(user), account: { id: account.id, balance: account.balance.toFixed(2) }, posts: posts.map(toPost) }
}
