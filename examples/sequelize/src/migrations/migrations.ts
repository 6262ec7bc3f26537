import type { QueryInterface } from 'sequelize'
import type { RunnableMigration } from 'umzug'
import { users } from './001-users.js'
import { posts } from './002-posts.js'
import { orders } from './003-orders.js'

export const migrations: readonly RunnableMigration<QueryInterface>[] = [users, posts, orders]
