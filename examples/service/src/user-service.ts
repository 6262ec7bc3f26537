import type { Credit, NewTransfer, NewUser, Order, OrderItem, Post, PostPage, User, UserDetails } from './entities.js'

/** What every example can do. Tables and columns have the same names everywhere, so that one audit fits all. */
export interface UserService {
  /** Creates a user with an account, in one transaction. A taken email is an error of the database with SQLSTATE 23505. */
  createUser(user: NewUser, openingBalance: string): Promise<UserDetails>
  /** A user with account and posts; undefined when there is none, or none any more. */
  findUser(id: string): Promise<UserDetails | undefined>
  /** Users whose name or email contains the text, in whatever case, by name; at most 20. */
  searchUsers(text: string): Promise<readonly User[]>
  /** @throws StaleVersionError, NotFoundError */
  renameUser(id: string, name: string, version: number): Promise<User>
  /** Hides the user; the rows stay. @throws NotFoundError */
  deleteUser(id: string): Promise<void>
  /** Adds many users without accounts, in one statement. Returns how many. */
  addUsers(users: readonly NewUser[]): Promise<number>

  /** Moves money, exactly once, whatever becomes of the COMMIT's answer. @throws InsufficientFundsError, NotFoundError */
  transfer(transfer: NewTransfer): Promise<void>
  /** Credits many accounts in one statement. Returns how many there are. */
  creditAccounts(credits: readonly Credit[]): Promise<number>
  /** The balance as it was then. */
  pastBalance(accountId: string, at: Date): Promise<string | undefined>

  addPost(userId: string, title: string): Promise<Post>
  /** Returns all views so far. @throws NotFoundError */
  addViews(postId: string, views: bigint): Promise<bigint>
  /** @throws LastPostError, NotFoundError */
  unpublishPost(postId: string): Promise<void>
  /** A user's posts, the newest first, page by page. */
  listPosts(userId: string, page: { readonly limit: number; readonly after?: string | undefined }): Promise<PostPage>

  /** Sets what is in stock of a product. */
  stockProduct(sku: string, stock: number): Promise<void>
  /** Orders what is in stock: each item under a savepoint, which takes back only that item. @throws EmptyOrderError */
  placeOrder(userId: string, items: readonly OrderItem[]): Promise<Order>
}
