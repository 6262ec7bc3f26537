/** Rows as node-postgres gives them: INT8 and DECIMAL as text, because a number would not hold them. */
export interface UserRow {
  id: string
  email: string
  name: string
  version: string
  created_at: Date
  deleted_at: Date | null
}

export interface AccountRow {
  id: string
  user_id: string
  balance: string
}

export interface TransferRow {
  id: string
  from_id: string
  to_id: string
  amount: string
}

export interface PostRow {
  id: string
  user_id: string
  title: string
  published: boolean
  views: string
  created_at: Date
}

export interface ProductRow {
  sku: string
  stock: number
}

export interface OrderRow {
  id: string
  user_id: string
}

export interface OrderItemRow {
  order_id: string
  sku: string
  quantity: number
}

declare module 'knex/types/tables.js' {
  interface Tables {
    users: UserRow
    accounts: AccountRow
    transfers: TransferRow
    posts: PostRow
    products: ProductRow
    orders: OrderRow
    order_items: OrderItemRow
  }
}
