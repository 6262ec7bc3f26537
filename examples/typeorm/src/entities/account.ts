import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm'
import { User } from './user.js'

@Entity('accounts')
@Check('balance >= 0')
export class Account {
  @PrimaryGeneratedColumn('uuid')
  id!: string

  @Column('uuid', { name: 'user_id', unique: true })
  userId!: string

  /** Text, because a number would not be exact. */
  @Column('decimal', { precision: 19, scale: 2, default: 0 })
  balance!: string

  @OneToOne(
    () => User,
    user => user.account,
  )
  @JoinColumn({ name: 'user_id' })
  user!: Relation<User>
}
