import type { Database } from './connect.js'
import { toDetails, withDetails } from './entities.js'

/**
 * A web-standard handler, as Next.js, Hono, Bun and Deno take it: `GET /users?id=…` answers a user with its posts, the newest first.
 *
 * @example
 * export const GET = userHandler(connect(cluster))
 */
export function userHandler({ client: prisma }: Database): (request: Request) => Promise<Response> {
  return async request => {
    const id = new URL(request.url).searchParams.get('id') ?? ''
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      return Response.json({ error: 'id must be a UUID' }, { status: 400 })
    const user = await prisma.user.findFirst({ where: { id, deletedAt: null }, include: withDetails })
    const details = user === null ? undefined : toDetails(user)
    if (details === undefined) return Response.json({ error: 'there is no such user' }, { status: 404 })
    const posts = details.posts.map(post => ({ ...post, views: String(post.views) })) // JSON has no bigint
    return Response.json({ ...details, posts })
  }
}
