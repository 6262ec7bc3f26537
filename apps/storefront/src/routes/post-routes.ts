import { Type } from 'typebox'
import type { Post } from '../entities/post.js'
import { type Route, route } from './route.js'
import {
  optionalIdempotencyHeaders,
  repeatHeader,
  requiredVersion,
  versionHeaders,
  versionTag,
} from './schemas/headers.js'
import { pageOf, pageQuery, pageRequest } from './schemas/paging.js'
import { label, longText, timestamp, userParams, uuid, version } from './schemas/primitives.js'
import { entity } from './schemas/schema.js'

const post = entity<Post>('Post', {
  id: uuid,
  userId: uuid,
  title: label,
  body: longText,
  version,
  createdAt: timestamp,
  updatedAt: timestamp,
})

const postParams = Type.Object({ userId: uuid, postId: uuid })
const tag = 'Posts'

export const postRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/users/{userId}/posts',
    access: 'owner',
    tag,
    summary: 'Write a post, exactly once for each idempotency key if there is one.',
    params: userParams,
    headers: optionalIdempotencyHeaders,
    body: Type.Object({ title: label, body: longText }, { additionalProperties: false }),
    status: 201,
    response: post,
    problems: ['user-not-found', 'idempotency-key-reused'],
    async handle({ params, headers, body }, { posts }) {
      const { thing: created, repeated } = await posts.create(params.userId, body, headers['idempotency-key'])
      const location = `/users/${created.userId}/posts/${created.id}`
      return { body: created, headers: { location, ...versionTag(created), ...repeatHeader(repeated) } }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/posts',
    access: 'anyone',
    tag,
    summary: "List a user's posts, newest first.",
    params: userParams,
    query: pageQuery,
    status: 200,
    response: pageOf('PostPage', post),
    problems: ['invalid-cursor'],
    async handle({ params, query }, { posts }) {
      return { body: await posts.list(params.userId, pageRequest(query)) }
    },
  }),
  route({
    method: 'GET',
    path: '/users/{userId}/posts/{postId}',
    access: 'anyone',
    tag,
    summary: 'Get a post.',
    params: postParams,
    status: 200,
    response: post,
    problems: ['post-not-found'],
    async handle({ params }, { posts }) {
      const found = await posts.get(params.userId, params.postId)
      return { body: found, headers: versionTag(found) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/users/{userId}/posts/{postId}',
    access: 'owner',
    tag,
    summary: 'Change a post that still has the version in If-Match.',
    params: postParams,
    headers: versionHeaders,
    body: Type.Object(
      { title: Type.Optional(label), body: Type.Optional(longText) },
      { additionalProperties: false, minProperties: 1 },
    ),
    status: 200,
    response: post,
    problems: ['post-not-found', 'version-conflict', 'version-required'],
    async handle({ params, headers, body }, { posts }) {
      const updated = await posts.update(params.userId, params.postId, requiredVersion(headers), body)
      return { body: updated, headers: versionTag(updated) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/{userId}/posts/{postId}',
    access: 'owner',
    tag,
    summary: 'Delete a post.',
    params: postParams,
    status: 204,
    problems: ['post-not-found'],
    async handle({ params }, { posts }) {
      await posts.delete(params.userId, params.postId)
      return { body: undefined }
    },
  }),
]
