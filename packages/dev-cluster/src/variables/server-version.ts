/**
 * What `version()` answers. Tools parse it: Prisma reads the two numbers after the literal `CockroachDB CCL v`, TypeORM
 * matches `^CockroachDB CCL v([0-9.]+) .*$`, knex takes the third word.
 */
export const cockroachVersion: string =
  'CockroachDB CCL v26.2.0 (x86_64-pc-linux-gnu, built 2026/05/01 00:00:00, go1.25.5)'
