import type { Cluster } from 'cerci'
import { typeOrmOptions } from 'cerci/typeorm'
import { DataSource } from 'typeorm'
import { Account } from './entities/account.js'
import { Order } from './entities/order.js'
import { OrderItem } from './entities/order-item.js'
import { Post } from './entities/post.js'
import { Product } from './entities/product.js'
import { Transfer } from './entities/transfer.js'
import { User } from './entities/user.js'
import { Users1700000000001 } from './migrations/1700000000001-users.js'
import { Posts1700000000002 } from './migrations/1700000000002-posts.js'
import { Orders1700000000003 } from './migrations/1700000000003-orders.js'

/** TypeORM on the cluster. `destroy()` leaves the cluster open. */
export async function openDataSource(cluster: Cluster): Promise<DataSource> {
  const dataSource = new DataSource({
    ...typeOrmOptions(cluster),
    entities: [User, Account, Transfer, Post, Product, Order, OrderItem],
    migrations: [Users1700000000001, Posts1700000000002, Orders1700000000003],
  })
  return await dataSource.initialize()
}
