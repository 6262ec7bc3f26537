import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type NonAttribute,
  type Sequelize,
} from 'sequelize'
import type { Account } from './account.js'
import type { Post } from './post.js'

export interface User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  id: CreationOptional<string>
  email: string
  name: string
  version: CreationOptional<number>
  createdAt: CreationOptional<Date>
  deletedAt: CreationOptional<Date | null>
  account?: NonAttribute<Account>
  posts?: NonAttribute<Post[]>
}

export function defineUser(sequelize: Sequelize): ModelStatic<User> {
  return sequelize.define<User>(
    'User',
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      email: { type: DataTypes.STRING, allowNull: false, unique: true },
      name: { type: DataTypes.STRING, allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
      createdAt: DataTypes.DATE,
      deletedAt: DataTypes.DATE,
    },
    { tableName: 'users', underscored: true, updatedAt: false, paranoid: true },
  )
}
