import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface Post extends Model<InferAttributes<Post>, InferCreationAttributes<Post>> {
  id: CreationOptional<string>
  userId: string
  title: string
  published: CreationOptional<boolean>
  /** INT8 comes as text, because a number would not hold it. */
  views: CreationOptional<string>
  createdAt: CreationOptional<Date>
}

export function definePost(sequelize: Sequelize): ModelStatic<Post> {
  return sequelize.define<Post>(
    'Post',
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      userId: { type: DataTypes.UUID, allowNull: false },
      title: { type: DataTypes.STRING, allowNull: false },
      published: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      views: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
      createdAt: DataTypes.DATE,
    },
    { tableName: 'posts', underscored: true, updatedAt: false },
  )
}
