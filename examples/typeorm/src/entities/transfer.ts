import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm'

@Entity('transfers')
@Check('amount > 0')
export class Transfer {
  @PrimaryColumn('uuid')
  id!: string

  @Index('transfers_from')
  @Column('uuid', { name: 'from_id' })
  fromId!: string

  @Index('transfers_to')
  @Column('uuid', { name: 'to_id' })
  toId!: string

  @Column('decimal', { precision: 19, scale: 2 })
  amount!: string

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date
}
