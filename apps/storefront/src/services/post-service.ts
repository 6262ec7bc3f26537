import type { Cluster } from 'cerci'
import type { NewPost, Post, PostChanges } from '../entities/post.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { cutPage, type Page, type PageRequest } from '../paging/page.js'
import { timeCursor, timePosition } from '../paging/time-position.js'
import { deletePost, findPost, insertPost, listPosts, updatePost } from '../repositories/post-repository.js'
import { changeVersion } from './change-version.js'
import { type Created, createOnce } from './create-once.js'
import { readList } from './read-list.js'

export class PostService {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Once for each key. Throws `user-not-found`, `idempotency-key-reused`. */
  create(userId: string, post: NewPost, idempotencyKey: string | undefined): Promise<Created<Post>> {
    return createOnce(this.#cluster, {
      userId,
      kind: 'post',
      idempotencyKey,
      request: [post.title, post.body],
      insert: (db, id) => insertPost(db, userId, id, post),
      asCreated: ({ id, createdAt }) => ({ ...post, id, userId, version: 1, createdAt, updatedAt: createdAt }),
    })
  }

  /** Throws `post-not-found`. */
  async get(userId: string, id: string): Promise<Post> {
    return (await findPost(this.#cluster, userId, id)) ?? notFound(id)
  }

  /** Newest first. Throws `invalid-cursor`. */
  async list(userId: string, page: PageRequest): Promise<Page<Post>> {
    const after = timePosition(page.cursor)
    const rows = await readList(this.#cluster, page, db => listPosts(db, userId, after, page.limit + 1))
    return cutPage(rows, page.limit, timeCursor)
  }

  /** Throws `post-not-found`, `version-conflict`. */
  async update(userId: string, id: string, version: number, changes: PostChanges): Promise<Post> {
    const updated = await changeVersion(this.#cluster, {
      version,
      changes,
      find: db => findPost(db, userId, id),
      update: db => updatePost(db, userId, id, version, changes),
    })
    if (updated !== undefined) return updated
    const current = await this.get(userId, id)
    throw new StorefrontError('version-conflict', {
      detail: `The post has version ${current.version}, not ${version}.`,
    })
  }

  /** Throws `post-not-found`. */
  async delete(userId: string, id: string): Promise<void> {
    const deleted = await this.#cluster.transaction(tx => deletePost(tx, userId, id), {
      verify: async db => (await findPost(db, userId, id)) === undefined,
    })
    if (!deleted) notFound(id)
  }
}

function notFound(id: string): never {
  throw new StorefrontError('post-not-found', { detail: `This user has no post ${id}.` })
}
