import type { Queryable } from 'cerci'
import type { NewPost, Post, PostChanges } from '../entities/post.js'
import type { Positioned, TimePosition } from '../paging/time-position.js'

const columns = `id, user_id AS "userId", title, body, version, created_at AS "createdAt", updated_at AS "updatedAt"`

/** Posts go with their user. */
const ofPresentUser = 'EXISTS (SELECT 1 FROM users WHERE users.id = posts.user_id AND deleted_at IS NULL)'

export type PostRow = Post & Positioned

/** Writes a post; undefined when there is no such user. With its id it may be sent again after a lost connection. */
export async function insertPost(db: Queryable, userId: string, id: string, post: NewPost): Promise<Post | undefined> {
  const { rows } = await db.query<Post>({
    text: `INSERT INTO posts (user_id, id, title, body)
      SELECT id, $2::UUID, $3::STRING, $4::STRING FROM users WHERE id = $1 AND deleted_at IS NULL
      ON CONFLICT (user_id, id) DO UPDATE SET title = excluded.title RETURNING ${columns}`,
    values: [userId, id, post.title, post.body],
    idempotent: true,
  })
  return rows[0]
}

export async function findPost(db: Queryable, userId: string, id: string): Promise<Post | undefined> {
  const { rows } = await db.query<Post>(
    `SELECT ${columns} FROM posts WHERE user_id = $1 AND id = $2 AND ${ofPresentUser}`,
    [userId, id],
  )
  return rows[0]
}

/** Posts of a user after a position, newest first. */
export async function listPosts(db: Queryable, userId: string, after: TimePosition, count: number): Promise<PostRow[]> {
  const { rows } = await db.query<PostRow>(
    `SELECT ${columns}, created_at::STRING AS position FROM posts
     WHERE user_id = $1 AND (created_at, id) < ($2::TIMESTAMPTZ, $3::UUID) AND ${ofPresentUser}
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [userId, after.at, after.id, count],
  )
  return rows
}

/** Changes a post that still has this version; undefined when there is none. */
export async function updatePost(
  db: Queryable,
  userId: string,
  id: string,
  version: number,
  changes: PostChanges,
): Promise<Post | undefined> {
  const { rows } = await db.query<Post>(
    `UPDATE posts SET title = COALESCE($4, title), body = COALESCE($5, body), version = version + 1, updated_at = now()
     WHERE user_id = $1 AND id = $2 AND version = $3 RETURNING ${columns}`,
    [userId, id, version, changes.title ?? null, changes.body ?? null],
  )
  return rows[0]
}

/** Returns whether there was one. */
export async function deletePost(db: Queryable, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM posts WHERE user_id = $1 AND id = $2', [userId, id])
  return rowCount === 1
}
