import { DataTypes, type QueryInterface, Sequelize } from 'sequelize'
import type { RunnableMigration } from 'umzug'

export const posts: RunnableMigration<QueryInterface> = {
  name: '002-posts',
  up: async ({ context: queries }) => {
    await queries.createTable('posts', {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: Sequelize.fn('gen_random_uuid') },
      user_id: { type: DataTypes.UUID, allowNull: false, references: { model: 'users', key: 'id' } },
      title: { type: DataTypes.STRING, allowNull: false },
      published: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      views: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
      created_at: { type: DataTypes.DATE, allowNull: false, defaultValue: Sequelize.fn('now') },
    })
    await queries.addIndex('posts', {
      name: 'posts_by_user',
      fields: ['user_id', { name: 'created_at', order: 'DESC' }, { name: 'id', order: 'DESC' }],
    })
  },
  down: async ({ context: queries }) => {
    await queries.dropTable('posts')
  },
}
