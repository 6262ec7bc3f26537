import {
  type Credit,
  EmptyOrderError,
  InsufficientFundsError,
  LastPostError,
  likePattern,
  type NewTransfer,
  type NewUser,
  NotFoundError,
  type Order,
  type OrderItem,
  type Post,
  type PostPage,
  StaleVersionError,
  type User,
  type UserDetails,
  type UserService,
} from '@cerci/example-service'
import { CheckViolationError, type Cluster, ForeignKeyViolationError, Pages, type Transaction } from 'cerci'
import { type PostRow, toPost, toUser, type UserRow } from './rows.js'

/** The user service in SQL. */
export class PgUserService implements UserService {
  readonly #cluster: Cluster
  readonly #posts = new Pages<PostRow>({
    text: `SELECT ${postColumns} FROM posts WHERE user_id = $1`,
    orderBy: [
      { column: 'created_at', direction: 'desc' },
      { column: 'id', direction: 'desc' },
    ],
  })

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async createUser({ email, name }: NewUser, openingBalance: string): Promise<UserDetails> {
    return await this.#cluster.transaction(async tx => {
      const user = one(
        await tx.query<UserRow>(`INSERT INTO users (email, name) VALUES ($1, $2) RETURNING ${userColumns}`, [
          email,
          name,
        ]),
      )
      const account = one(
        await tx.query<AccountRow>('INSERT INTO accounts (user_id, balance) VALUES ($1, $2) RETURNING id, balance', [
          user.id,
          openingBalance,
        ]),
      )
      return { ...toUser(user), account, posts: [] }
    })
  }

  async findUser(id: string): Promise<UserDetails | undefined> {
    const { rows } = await this.#cluster.query<UserRow & { account_id: string; balance: string }>(
      `SELECT u.id, u.email, u.name, u.version, a.id AS account_id, a.balance
       FROM users u JOIN accounts a ON a.user_id = u.id WHERE u.id = $1 AND u.deleted_at IS NULL`,
      [id],
    )
    const [row] = rows
    if (row === undefined) return undefined
    const posts = await this.#cluster.query<PostRow>(
      `SELECT ${postColumns} FROM posts WHERE user_id = $1 ORDER BY created_at DESC, id DESC`,
      [id],
    )
    return { ...toUser(row), account: { id: row.account_id, balance: row.balance }, posts: posts.rows.map(toPost) }
  }

  async searchUsers(text: string): Promise<readonly User[]> {
    const { rows } = await this.#cluster.query<UserRow>(
      `SELECT ${userColumns} FROM users WHERE deleted_at IS NULL AND (name ILIKE $1 OR email ILIKE $1) ORDER BY name, id LIMIT 20`,
      [likePattern(text)],
    )
    return rows.map(toUser)
  }

  async renameUser(id: string, name: string, version: number): Promise<User> {
    const { rows } = await this.#cluster.query<UserRow>(
      `UPDATE users SET name = $2, version = version + 1 WHERE id = $1 AND version = $3 AND deleted_at IS NULL RETURNING ${userColumns}`,
      [id, name, version],
    )
    if (rows[0] !== undefined) return toUser(rows[0])
    const { rowCount } = await this.#cluster.query('SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL', [id])
    throw rowCount === 0
      ? new NotFoundError(`There is no user ${id}.`)
      : new StaleVersionError(`User ${id} was changed.`)
  }

  async deleteUser(id: string): Promise<void> {
    const { rowCount } = await this.#cluster.query(
      'UPDATE users SET deleted_at = now() WHERE id = $1 AND deleted_at IS NULL',
      [id],
    )
    if (rowCount === 0) throw new NotFoundError(`There is no user ${id}.`)
  }

  async addUsers(users: readonly NewUser[]): Promise<number> {
    const { rowCount } = await this.#cluster.query(
      'INSERT INTO users (email, name) SELECT * FROM unnest($1::STRING[], $2::STRING[])',
      [users.map(user => user.email), users.map(user => user.name)],
    )
    return rowCount ?? 0
  }

  async transfer({ id, from, to, amount }: NewTransfer): Promise<void> {
    await this.#cluster.transaction(
      async tx => {
        await tx.query('SELECT id FROM accounts WHERE id IN ($1, $2) ORDER BY id FOR UPDATE', [from, to])
        const debit = await tx.query('UPDATE accounts SET balance = balance - $2 WHERE id = $1 AND balance >= $2', [
          from,
          amount,
        ])
        if (debit.rowCount === 0) throw new InsufficientFundsError(`Account ${from} cannot pay ${amount}.`)
        const credit = await tx.query('UPDATE accounts SET balance = balance + $2 WHERE id = $1', [to, amount])
        if (credit.rowCount === 0) throw new NotFoundError(`There is no account ${to}.`)
        await tx.query('INSERT INTO transfers (id, from_id, to_id, amount) VALUES ($1, $2, $3, $4)', [
          id,
          from,
          to,
          amount,
        ])
      },
      { verify: async db => (await db.query('SELECT 1 FROM transfers WHERE id = $1', [id])).rowCount === 1 },
    )
  }

  async creditAccounts(credits: readonly Credit[]): Promise<number> {
    const { rowCount } = await this.#cluster.query(
      `UPDATE accounts SET balance = accounts.balance + credit.amount
       FROM unnest($1::UUID[], $2::DECIMAL[]) AS credit (account_id, amount) WHERE accounts.id = credit.account_id`,
      [credits.map(credit => credit.accountId), credits.map(credit => credit.amount)],
    )
    return rowCount ?? 0
  }

  async pastBalance(accountId: string, at: Date): Promise<string | undefined> {
    return await this.#cluster.staleRead({ exact: at }, async past => {
      const { rows } = await past.query<AccountRow>('SELECT balance FROM accounts WHERE id = $1', [accountId])
      return rows[0]?.balance
    })
  }

  async addPost(userId: string, title: string): Promise<Post> {
    return toPost(
      one(
        await this.#cluster.query<PostRow>(
          `INSERT INTO posts (user_id, title) VALUES ($1, $2) RETURNING ${postColumns}`,
          [userId, title],
        ),
      ),
    )
  }

  async addViews(postId: string, views: bigint): Promise<bigint> {
    const { rows } = await this.#cluster.query<{ views: string }>(
      'UPDATE posts SET views = views + $2 WHERE id = $1 RETURNING views',
      [postId, views],
    )
    if (rows[0] === undefined) throw new NotFoundError(`There is no post ${postId}.`)
    return BigInt(rows[0].views)
  }

  async unpublishPost(postId: string): Promise<void> {
    await this.#cluster.transaction(async tx => {
      const { rows } = await tx.query<{ published: string }>(
        `SELECT count(*) AS published FROM posts WHERE published AND user_id = (SELECT user_id FROM posts WHERE id = $1)`,
        [postId],
      )
      if (Number(rows[0]?.published) <= 1) throw new LastPostError(`Post ${postId} is the last one.`)
      const { rowCount } = await tx.query('UPDATE posts SET published = false WHERE id = $1', [postId])
      if (rowCount === 0) throw new NotFoundError(`There is no post ${postId}.`)
    })
  }

  async listPosts(userId: string, { limit, after }: { limit: number; after?: string | undefined }): Promise<PostPage> {
    const { rows, next } = await this.#posts.page(this.#cluster, { values: [userId], limit, after, scope: userId })
    return { posts: rows.map(toPost), next }
  }

  async stockProduct(sku: string, stock: number): Promise<void> {
    await this.#cluster.query('UPSERT INTO products (sku, stock) VALUES ($1, $2)', [sku, stock])
  }

  async placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order> {
    return await this.#cluster.transaction(async tx => {
      const order = one(
        await tx.query<{ id: string }>('INSERT INTO orders (user_id) VALUES ($1) RETURNING id', [userId]),
      )
      const placed: OrderItem[] = []
      const refused: OrderItem[] = []
      for (const item of items) {
        const list = (await tryToTake(tx, order.id, item)) ? placed : refused
        list.push(item)
      }
      if (placed.length === 0) throw new EmptyOrderError('Nothing of this is in stock.')
      return { id: order.id, items: placed, refused }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

interface AccountRow {
  readonly id: string
  readonly balance: string
}

const userColumns = 'id, email, name, version'
const postColumns = 'id, title, published, views, created_at'

/** An unknown product and one that is out of stock violate constraints; the savepoint takes back only this item. */
async function tryToTake(tx: Transaction, orderId: string, { sku, quantity }: OrderItem): Promise<boolean> {
  try {
    await tx.savepoint(async item => {
      await item.query('UPDATE products SET stock = stock - $2 WHERE sku = $1', [sku, quantity])
      await item.query('INSERT INTO order_items (order_id, sku, quantity) VALUES ($1, $2, $3)', [
        orderId,
        sku,
        quantity,
      ])
    })
    return true
  } catch (error) {
    if (error instanceof CheckViolationError || error instanceof ForeignKeyViolationError) return false
    throw error
  }
}

function one<Row>({ rows }: { readonly rows: readonly Row[] }): Row {
  const [row] = rows
  if (row === undefined) throw new Error('The statement gave no row.')
  return row
}
