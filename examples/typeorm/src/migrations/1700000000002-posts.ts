import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Posts1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE IF NOT EXISTS posts (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id UUID NOT NULL REFERENCES users (id),
        title STRING NOT NULL,
        published BOOL NOT NULL DEFAULT true,
        views INT8 NOT NULL DEFAULT 0,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        INDEX posts_by_user (user_id, created_at DESC, id DESC)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE posts')
  }
}
