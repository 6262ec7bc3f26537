import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'
import { asNumber } from './integers.js'

@Entity('order_items')
@Check('quantity > 0')
export class OrderItem {
  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string

  @Index('order_items_by_sku')
  @PrimaryColumn('string')
  sku!: string

  @Column('int8', { transformer: asNumber })
  quantity!: number
}
