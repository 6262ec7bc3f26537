import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { closedLoop, quantile } from '../measure/closed-loop.js'
import { processorMicros } from '../measure/processes.js'
import { type Server, startDevCluster } from '../server.js'

const CONNECTIONS = 4
const WARM_UP_MS = 5_000
const ROUND_MS = 5_000
/** Long enough that the load has to be noticed anew. */
const PAUSE_MS = 2_000
const ROUNDS = 13

interface Subject {
  readonly server: Server
  readonly clients: readonly Client[]
}

interface Load {
  /** Microseconds of the server's processors per statement. */
  readonly cpu: number
  /** Statements per second. */
  readonly rate: number
}

/**
 * What it costs that the past can be read: the same load on a dev cluster that keeps it, and on one that does not. Both at the same time,
 * because the difference is small, and whatever else the machine does then touches both alike.
 */
export async function keptPast(): Promise<void> {
  console.log(
    '\n| rows, half of the statements update one | × without, server CPU: median (min–max) | × throughput | CPU µs |',
  )
  console.log('|---|---|---|---|')
  for (const rows of [20, 20_000]) await compare(rows)
}

async function compare(rows: number): Promise<void> {
  const subjects: Subject[] = []
  try {
    for (const flags of [['--history-window', 'none'], []]) subjects.push(await open(flags, rows))
    await Promise.all(subjects.map(subject => measure(subject, rows, WARM_UP_MS)))
    const measured: Load[][] = []
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(PAUSE_MS)
      measured.push(await Promise.all(subjects.map(subject => measure(subject, rows, ROUND_MS))))
    }
    const ratios = (of: 'cpu' | 'rate') =>
      measured
        .map(([without, kept]) => (kept?.[of] ?? Number.NaN) / (without?.[of] ?? Number.NaN))
        .toSorted((a, b) => a - b)
    const [cpu, rate] = [ratios('cpu'), ratios('rate')]
    const absolute = measured.map(([, kept]) => kept?.cpu ?? Number.NaN).toSorted((a, b) => a - b)
    console.log(
      `| ${rows} | **${quantile(cpu, 0.5).toFixed(3)}** (${quantile(cpu, 0).toFixed(3)}–${quantile(cpu, 1).toFixed(3)}) | ${quantile(rate, 0.5).toFixed(2)} | ${quantile(absolute, 0.5).toFixed(0)} |`,
    )
  } finally {
    for (const { clients, server } of subjects) {
      await Promise.all(clients.map(client => client.end()))
      await server.stop()
    }
  }
}

async function open(flags: readonly string[], rows: number): Promise<Subject> {
  const server = await startDevCluster({}, flags)
  const clients = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: server.firstUrl }))
  await Promise.all(clients.map(client => client.connect()))
  await clients[0]?.query('CREATE TABLE bench_past (id INT8 PRIMARY KEY, v INT8 NOT NULL, note STRING NOT NULL)')
  await clients[0]?.query(
    "INSERT INTO bench_past SELECT i, 0, 'as long as a short text' FROM generate_series(1, $1::INT8) AS g(i)",
    [rows],
  )
  return { server, clients }
}

async function measure({ server, clients }: Subject, rows: number, ms: number): Promise<Load> {
  const before = processorMicros(server.processId)
  const free = [...clients]
  const { operationsPerSecond } = await closedLoop(
    async index => {
      const client = free.pop()
      const id = 1 + Math.floor(Math.random() * rows)
      const text =
        index % 2 === 0 ? 'UPDATE bench_past SET v = v + 1 WHERE id = $1' : 'SELECT v FROM bench_past WHERE id = $1'
      await client?.query({ name: `past-${index % 2}`, text, values: [id] })
      if (client) free.push(client)
    },
    CONNECTIONS,
    ms,
  )
  const cpu = (processorMicros(server.processId) - before) / ((operationsPerSecond * ms) / 1000)
  return { cpu, rate: operationsPerSecond }
}
