import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface Transfer extends Model<InferAttributes<Transfer>, InferCreationAttributes<Transfer>> {
  id: string
  fromId: string
  toId: string
  amount: string
  createdAt: CreationOptional<Date>
}

export function defineTransfer(sequelize: Sequelize): ModelStatic<Transfer> {
  return sequelize.define<Transfer>(
    'Transfer',
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      fromId: { type: DataTypes.UUID, allowNull: false },
      toId: { type: DataTypes.UUID, allowNull: false },
      amount: { type: DataTypes.DECIMAL(19, 2), allowNull: false },
      createdAt: DataTypes.DATE,
    },
    { tableName: 'transfers', underscored: true, updatedAt: false },
  )
}
