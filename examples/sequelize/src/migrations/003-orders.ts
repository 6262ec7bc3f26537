import { DataTypes, Op, type QueryInterface, Sequelize } from 'sequelize'
import type { RunnableMigration } from 'umzug'

export const orders: RunnableMigration<QueryInterface> = {
  name: '003-orders',
  up: async ({ context: queries }) => {
    await queries.createTable('products', {
      sku: { type: DataTypes.STRING, primaryKey: true },
      stock: { type: DataTypes.BIGINT, allowNull: false },
    })
    await queries.createTable('orders', {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: Sequelize.fn('gen_random_uuid') },
      user_id: { type: DataTypes.UUID, allowNull: false, references: { model: 'users', key: 'id' } },
      created_at: { type: DataTypes.DATE, allowNull: false, defaultValue: Sequelize.fn('now') },
    })
    await queries.createTable('order_items', {
      order_id: { type: DataTypes.UUID, primaryKey: true, references: { model: 'orders', key: 'id' } },
      sku: { type: DataTypes.STRING, primaryKey: true, references: { model: 'products', key: 'sku' } },
      quantity: { type: DataTypes.BIGINT, allowNull: false },
    })
    await queries.addConstraint('products', {
      name: 'stock_is_not_negative',
      type: 'check',
      fields: ['stock'],
      where: { stock: { [Op.gte]: 0 } },
    })
    await queries.addConstraint('order_items', {
      name: 'quantity_is_positive',
      type: 'check',
      fields: ['quantity'],
      where: { quantity: { [Op.gt]: 0 } },
    })
    await queries.addIndex('orders', ['user_id'], { name: 'orders_by_user' })
    await queries.addIndex('order_items', ['sku'], { name: 'order_items_by_sku' })
  },
  down: async ({ context: queries }) => {
    for (const table of ['order_items', 'orders', 'products']) await queries.dropTable(table)
  },
}
