import { bulkInsert } from './benchmarks/bulk-insert.js'
import { clients } from './benchmarks/clients.js'
import { hotAccounts } from './benchmarks/hot-accounts.js'
import { keptPast } from './benchmarks/kept-past.js'
import { localityCosts } from './benchmarks/localities.js'
import { orms } from './benchmarks/orms.js'
import { ownCost } from './benchmarks/own-cost.js'
import { pointQueries } from './benchmarks/point-queries.js'
import { slowNode } from './benchmarks/slow-node.js'
import { startAndStop } from './benchmarks/start-and-stop.js'
import { storefront } from './benchmarks/storefront.js'
import { streamedRows } from './benchmarks/streamed-rows.js'
import { testDatabases } from './benchmarks/test-databases.js'
import { machine } from './measure/report.js'
import { startPlainPostgres } from './plain-postgres.js'
import { type Server, startServer } from './server.js'

interface Benchmark {
  readonly summary: string
  /** Is about the client alone, and so runs on plain PostgreSQL as well, where no gateway takes most of the time. */
  readonly ofClient?: boolean
  run(server: Server): Promise<void>
}

const benchmarks: Record<string, Benchmark> = {
  'point-queries': {
    summary: 'SELECT by key and INSERT, cerci against plain pg.Pool',
    ofClient: true,
    run: pointQueries,
  },
  clients: { summary: 'the same SELECT through cerci, pg, postgres.js, Knex, Sequelize and Prisma', run: clients },
  'own-cost': {
    summary: 'CPU of a statement beyond what a minimal client needs for the same',
    ofClient: true,
    run: ownCost,
  },
  orms: {
    summary: 'the same SELECT through each ORM: stock, with cerci, without named statements',
    run: orms,
  },
  'bulk-insert': { summary: '100,000 rows by insertMany, against row by row', run: bulkInsert },
  'hot-accounts': { summary: 'transfers on ten accounts: tutorial loop, transaction, coalesce', run: hotAccounts },
  'slow-node': { summary: 'throughput with one of three nodes 5 ms slower', run: slowNode },
  storefront: { summary: 'the storefront against a tutorial’s Express service, over HTTP', run: storefront },
  localities: { summary: 'what each table locality and survival goal costs, with --latency wan', run: localityCosts },
  'streamed-rows': { summary: 'memory while a million rows are streamed', run: streamedRows },
  'kept-past': { summary: 'what AS OF SYSTEM TIME costs those who only write and read', run: keptPast },
  'start-and-stop': {
    summary: 'how fast a dev cluster starts and stops, and how much memory it holds',
    run: startAndStop,
  },
  'test-databases': { summary: 'how fast databases for tests are made from a migrated template', run: testDatabases },
}

const names = process.argv.slice(2)
const unknown = names.filter(name => !(name in benchmarks))
if (unknown.length > 0 || names.includes('--help')) {
  console.error('usage: npm run bench -- [name …]; without a name, all of them')
  for (const [name, { summary }] of Object.entries(benchmarks)) console.error(`  ${name.padEnd(24)}${summary}`)
  process.exitCode = 1
} else {
  const chosen = Object.entries(benchmarks).filter(([name]) => names.length === 0 || names.includes(name))
  console.log(machine())
  if (!process.env.BENCH_URL) await runOnPlainPostgres(chosen.filter(([, { ofClient }]) => ofClient))
  const server = await startServer()
  try {
    for (const [name, benchmark] of chosen) {
      console.log(`\n## ${name}`)
      await benchmark.run(server)
    }
  } finally {
    await server.stop()
  }
}

async function runOnPlainPostgres(chosen: readonly [string, Benchmark][]): Promise<void> {
  if (chosen.length === 0) return
  const postgres = await startPlainPostgres()
  try {
    for (const [name, benchmark] of chosen) {
      console.log(`\n## ${name}, on plain PostgreSQL`)
      await benchmark.run(postgres)
    }
  } finally {
    await postgres.stop()
  }
}
