import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Orders1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE IF NOT EXISTS products (
        sku STRING PRIMARY KEY,
        stock INT8 NOT NULL CHECK (stock >= 0)
      )`)
    await runner.query(`CREATE TABLE IF NOT EXISTS orders (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id UUID NOT NULL REFERENCES users (id),
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        INDEX orders_by_user (user_id)
      )`)
    await runner.query(`CREATE TABLE IF NOT EXISTS order_items (
        order_id UUID NOT NULL REFERENCES orders (id),
        sku STRING NOT NULL REFERENCES products (sku),
        quantity INT8 NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (order_id, sku),
        INDEX order_items_by_sku (sku)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_items')
    await runner.query('DROP TABLE orders')
    await runner.query('DROP TABLE products')
  }
}
