import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Users1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE IF NOT EXISTS users (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        email STRING NOT NULL UNIQUE,
        name STRING NOT NULL,
        version INT8 NOT NULL DEFAULT 1,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        deleted_at TIMESTAMPTZ
      )`)
    await runner.query(`CREATE TABLE IF NOT EXISTS accounts (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id UUID NOT NULL UNIQUE REFERENCES users (id),
        balance DECIMAL(19,2) NOT NULL DEFAULT 0 CHECK (balance >= 0)
      )`)
    await runner.query(`CREATE TABLE IF NOT EXISTS transfers (
        id UUID PRIMARY KEY,
        from_id UUID NOT NULL REFERENCES accounts (id),
        to_id UUID NOT NULL REFERENCES accounts (id),
        amount DECIMAL(19,2) NOT NULL CHECK (amount > 0),
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        INDEX transfers_from (from_id),
        INDEX transfers_to (to_id)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE transfers')
    await runner.query('DROP TABLE accounts')
    await runner.query('DROP TABLE users')
  }
}
