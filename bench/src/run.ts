import { clients } from './benchmarks/clients.js'
import { pointQueries } from './benchmarks/point-queries.js'
import { machine } from './measure/report.js'
import { type Server, startServer } from './server.js'

const benchmarks: Record<string, { summary: string; run(server: Server): Promise<void> }> = {
  'point-queries': { summary: 'SELECT by key and INSERT, cerci against plain pg.Pool', run: pointQueries },
  clients: { summary: 'the same SELECT through cerci, pg, postgres.js, Knex and Sequelize', run: clients },
}

const names = process.argv.slice(2)
const unknown = names.filter(name => !(name in benchmarks))
if (unknown.length > 0 || names.includes('--help')) {
  console.error('usage: npm run bench -- [name …]; without a name, all of them')
  for (const [name, { summary }] of Object.entries(benchmarks)) console.error(`  ${name.padEnd(24)}${summary}`)
  process.exitCode = 1
} else {
  const server = await startServer()
  try {
    console.log(machine())
    for (const [name, benchmark] of Object.entries(benchmarks)) {
      if (names.length > 0 && !names.includes(name)) continue
      console.log(`\n## ${name}`)
      await benchmark.run(server)
    }
  } finally {
    await server.stop()
  }
}
