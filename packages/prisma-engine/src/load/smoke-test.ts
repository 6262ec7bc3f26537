import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils'
import type { EngineGlue } from './schema-engine.js'

/**
 * Has the engine plan a table, which crosses the border between JavaScript and WebAssembly in both directions, promises included, and needs no
 * database. A pairing that does not fit fails here, before it is let near one.
 */
export async function smokeTest(glue: EngineGlue): Promise<void> {
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@cerci/prisma-engine',
    connect: connectToPaper,
    connectToShadowDb: connectToPaper,
  })
  const engine = await glue.SchemaEngine.new({ datamodels: [['smoke.prisma', smokeSchema]] }, () => {}, factory)
  const result = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'smoke.prisma', content: smokeSchema }] },
    script: true,
    exitCode: false,
    filters: { externalTables: [], externalEnums: [] },
  })
  const script = typeof result === 'object' && result !== null && 'stdout' in result ? String(result.stdout) : ''
  const planned = script
    .replaceAll(/--.*|\s+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
  if (planned !== smokePlan) throw new Error(`it planned: ${planned}`)
}

const smokeSchema = `
datasource db {
  provider = "cockroachdb"
}

model Smoke {
  id   BigInt @id @default(autoincrement())
  name String
}
`

const smokePlan =
  'CREATE SCHEMA IF NOT EXISTS "public"; CREATE TABLE "Smoke" ( "id" INT8 NOT NULL DEFAULT unique_rowid(), "name" STRING NOT NULL, CONSTRAINT "Smoke_pkey" PRIMARY KEY ("id") );'

function connectToPaper(): Promise<SqlDriverAdapter> {
  return Promise.resolve(paperDatabase)
}

/** Answers only what the engine asks to find out which database it has: whether the schema exists, and the versions. */
const paperDatabase: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: '@cerci/prisma-engine',
  queryRaw: ({ sql }) =>
    sql.includes('version()')
      ? Promise.resolve({
          columnNames: ['exists', 'version', 'numeric_version'],
          columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
          rows: [[true, 'CockroachDB CCL v26.2.0', 130_000]],
        })
      : Promise.reject(new Error(`the smoke test has no answer to ${sql}`)),
  executeRaw: () => Promise.resolve(0),
  executeScript: () => Promise.resolve(),
  startTransaction: () => Promise.reject(new Error('the smoke test has no transactions')),
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: () => Promise.resolve(),
}
