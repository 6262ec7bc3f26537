import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm'
import { asBigInt } from './integers.js'
import { User } from './user.js'

@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn('uuid')
  id!: string

  @Column('uuid', { name: 'user_id' })
  userId!: string

  @Column('string')
  title!: string

  @Column('bool', { default: true })
  published!: boolean

  @Column('int8', { default: 0, transformer: asBigInt })
  views!: bigint

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date

  @ManyToOne(
    () => User,
    user => user.posts,
  )
  @JoinColumn({ name: 'user_id' })
  user!: Relation<User>
}
