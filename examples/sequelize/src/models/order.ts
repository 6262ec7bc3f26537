import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface Order extends Model<InferAttributes<Order>, InferCreationAttributes<Order>> {
  id: CreationOptional<string>
  userId: string
  createdAt: CreationOptional<Date>
}

export interface OrderItem extends Model<InferAttributes<OrderItem>, InferCreationAttributes<OrderItem>> {
  orderId: string
  sku: string
  quantity: number
}

export function defineOrder(sequelize: Sequelize): ModelStatic<Order> {
  return sequelize.define<Order>(
    'Order',
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      userId: { type: DataTypes.UUID, allowNull: false },
      createdAt: DataTypes.DATE,
    },
    { tableName: 'orders', underscored: true, updatedAt: false },
  )
}

export function defineOrderItem(sequelize: Sequelize): ModelStatic<OrderItem> {
  return sequelize.define<OrderItem>(
    'OrderItem',
    {
      orderId: { type: DataTypes.UUID, primaryKey: true },
      sku: { type: DataTypes.STRING, primaryKey: true },
      quantity: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'order_items', underscored: true, timestamps: false },
  )
}
