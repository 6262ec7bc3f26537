import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface Product extends Model<InferAttributes<Product>, InferCreationAttributes<Product>> {
  sku: string
  stock: number
}

export function defineProduct(sequelize: Sequelize): ModelStatic<Product> {
  return sequelize.define<Product>(
    'Product',
    {
      sku: { type: DataTypes.STRING, primaryKey: true },
      stock: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'products', underscored: true, timestamps: false },
  )
}
