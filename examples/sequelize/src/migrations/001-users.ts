import { DataTypes, Op, type QueryInterface, Sequelize } from 'sequelize'
import type { RunnableMigration } from 'umzug'

const uuid = { type: DataTypes.UUID, primaryKey: true, defaultValue: Sequelize.fn('gen_random_uuid') }
const createdAt = { type: DataTypes.DATE, allowNull: false, defaultValue: Sequelize.fn('now') }

export const users: RunnableMigration<QueryInterface> = {
  name: '001-users',
  up: async ({ context: queries }) => {
    await queries.createTable('users', {
      id: uuid,
      email: { type: DataTypes.STRING, allowNull: false, unique: true },
      name: { type: DataTypes.STRING, allowNull: false },
      version: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 1 },
      created_at: createdAt,
      deleted_at: DataTypes.DATE,
    })
    await queries.createTable('accounts', {
      id: uuid,
      user_id: { type: DataTypes.UUID, allowNull: false, unique: true, references: { model: 'users', key: 'id' } },
      balance: { type: DataTypes.DECIMAL(19, 2), allowNull: false, defaultValue: 0 },
    })
    await queries.createTable('transfers', {
      id: { type: DataTypes.UUID, primaryKey: true },
      from_id: { type: DataTypes.UUID, allowNull: false, references: { model: 'accounts', key: 'id' } },
      to_id: { type: DataTypes.UUID, allowNull: false, references: { model: 'accounts', key: 'id' } },
      amount: { type: DataTypes.DECIMAL(19, 2), allowNull: false },
      created_at: createdAt,
    })
    await queries.addConstraint('accounts', {
      name: 'balance_is_not_negative',
      type: 'check',
      fields: ['balance'],
      where: { balance: { [Op.gte]: 0 } },
    })
    await queries.addConstraint('transfers', {
      name: 'amount_is_positive',
      type: 'check',
      fields: ['amount'],
      where: { amount: { [Op.gt]: 0 } },
    })
    await queries.addIndex('transfers', ['from_id'], { name: 'transfers_from' })
    await queries.addIndex('transfers', ['to_id'], { name: 'transfers_to' })
  },
  down: async ({ context: queries }) => {
    for (const table of ['transfers', 'accounts', 'users']) await queries.dropTable(table)
  },
}
