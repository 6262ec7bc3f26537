import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  OneToMany,
  OneToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm'
import { Account } from './account.js'
import { asNumber } from './integers.js'
import { Post } from './post.js'

@Entity('users')
export class User {
  @PrimaryGeneratedColumn('uuid')
  id!: string

  @Column('string', { unique: true })
  email!: string

  @Column('string')
  name!: string

  @Column('int8', { default: 1, transformer: asNumber })
  version!: number

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date

  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz' })
  deletedAt!: Date | null

  @OneToOne(
    () => Account,
    account => account.user,
  )
  account!: Relation<Account>

  @OneToMany(
    () => Post,
    post => post.user,
  )
  posts!: Relation<Post[]>
}
