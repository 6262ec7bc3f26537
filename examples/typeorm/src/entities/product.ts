import { Check, Column, Entity, PrimaryColumn } from 'typeorm'
import { asNumber } from './integers.js'

@Entity('products')
@Check('stock >= 0')
export class Product {
  @PrimaryColumn('string')
  sku!: string

  @Column('int8', { transformer: asNumber })
  stock!: number
}
