import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface Account extends Model<InferAttributes<Account>, InferCreationAttributes<Account>> {
  id: CreationOptional<string>
  userId: string
  /** Text, because a number would not be exact. */
  balance: string
}

export function defineAccount(sequelize: Sequelize): ModelStatic<Account> {
  return sequelize.define<Account>(
    'Account',
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      userId: { type: DataTypes.UUID, allowNull: false, unique: true },
      balance: { type: DataTypes.DECIMAL(19, 2), allowNull: false },
    },
    { tableName: 'accounts', underscored: true, timestamps: false },
  )
}
