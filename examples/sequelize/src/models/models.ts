import type { ModelStatic, Sequelize } from 'sequelize'
import { type Account, defineAccount } from './account.js'
import { defineOrder, defineOrderItem, type Order, type OrderItem } from './order.js'
import { definePost, type Post } from './post.js'
import { defineProduct, type Product } from './product.js'
import { defineTransfer, type Transfer } from './transfer.js'
import { defineUser, type User } from './user.js'

/** The models of one Sequelize, so that several can live in a process. */
export interface Models {
  readonly User: ModelStatic<User>
  readonly Account: ModelStatic<Account>
  readonly Post: ModelStatic<Post>
  readonly Transfer: ModelStatic<Transfer>
  readonly Product: ModelStatic<Product>
  readonly Order: ModelStatic<Order>
  readonly OrderItem: ModelStatic<OrderItem>
}

export function defineModels(sequelize: Sequelize): Models {
  const models = {
    User: defineUser(sequelize),
    Account: defineAccount(sequelize),
    Post: definePost(sequelize),
    Transfer: defineTransfer(sequelize),
    Product: defineProduct(sequelize),
    Order: defineOrder(sequelize),
    OrderItem: defineOrderItem(sequelize),
  }
  const { User, Account, Post } = models
  User.hasOne(Account, { as: 'account', foreignKey: 'userId' })
  Account.belongsTo(User, { as: 'user', foreignKey: 'userId' })
  User.hasMany(Post, { as: 'posts', foreignKey: 'userId' })
  Post.belongsTo(User, { as: 'user', foreignKey: 'userId' })
  return models
}
