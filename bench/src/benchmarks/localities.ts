import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { quantile } from '../measure/closed-loop.js'
import { startDevCluster } from '../server.js'

const SAMPLES = 9
/** Follower reads are 4.2 s old. */
const UNTIL_STALE_MS = 6_000
const [HOME, REMOTE] = ['us-east-1', 'eu-west-1'] as const
const OWN_KEY = 1
const FAR_KEY = 2

interface Locality {
  readonly name: string
  readonly clause: string
  /** Whether rows have a region each, so that what is near depends on the row and not on the gateway. */
  readonly byRow: boolean
}

const localities: readonly Locality[] = [
  { name: 'REGIONAL BY TABLE', clause: 'REGIONAL BY TABLE IN PRIMARY REGION', byRow: false },
  { name: 'REGIONAL BY ROW', clause: 'REGIONAL BY ROW', byRow: true },
  { name: 'GLOBAL', clause: 'GLOBAL', byRow: false },
]

/** What each locality and survival goal costs a statement on a dev cluster of nine nodes with `--latency wan`. Prints the table of docs/multi-region.md. */
export async function localityCosts(): Promise<void> {
  const server = await startDevCluster({}, ['--nodes', '9', '--latency', 'wan'])
  const clients: Client[] = []
  const connect = async (node: number, database: string) => {
    const url = new URL(server.firstUrl.replace('/defaultdb', `/${database}`))
    const { nodes }: { nodes: { id: number; port: number }[] } = JSON.parse(
      await (await fetch(`${server.adminUrl}/api/nodes`)).text(),
    )
    url.port = String(nodes.find(({ id }) => id === node)?.port)
    const client = new Client({ connectionString: url.href })
    clients.push(client)
    await client.connect()
    return client
  }
  try {
    const root = await connect(1, 'defaultdb')
    await root.query(`CREATE DATABASE shop PRIMARY REGION "${HOME}" REGIONS "us-west-1", "${REMOTE}"`)
    const [home, remote] = [await connect(1, 'shop'), await connect(3, 'shop')]
    console.log('\n| survives | locality | read, near | read, far | stale read, far | write, near | write, far |')
    console.log('|---|---|---|---|---|---|---|')
    for (const goal of ['zone', 'region']) {
      await home.query(`ALTER DATABASE shop SURVIVE ${goal.toUpperCase()} FAILURE`)
      for (const locality of localities) {
        const cells = await measureLocality(locality, home, remote)
        console.log(`| ${goal} | ${locality.name} | ${cells.map(ms => ms.toFixed(0)).join(' | ')} |`)
      }
    }
  } finally {
    await Promise.all(clients.map(client => client.end()))
    await server.stop()
  }
}

/** Medians in milliseconds: read near, read far, stale read far, write near, write far. */
async function measureLocality({ clause, byRow }: Locality, home: Client, remote: Client): Promise<number[]> {
  const region = byRow ? ', crdb_region' : ''
  const row = (key: number, of: string) => `(${key}, 0${byRow ? `, '${of}'` : ''})`
  await home.query(`CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL) LOCALITY ${clause}`)
  await home.query(`INSERT INTO t (id, v${region}) VALUES ${row(OWN_KEY, REMOTE)}, ${row(FAR_KEY, HOME)}`)
  await sleep(UNTIL_STALE_MS)
  const near = byRow ? { client: remote, key: OWN_KEY } : { client: home, key: FAR_KEY }
  const far = { client: remote, key: FAR_KEY }
  const times = [
    await median(near.client, 'SELECT v FROM t WHERE id = $1', near.key),
    await median(far.client, 'SELECT v FROM t WHERE id = $1', far.key),
    await median(far.client, 'SELECT v FROM t AS OF SYSTEM TIME follower_read_timestamp() WHERE id = $1', far.key),
    await median(near.client, 'UPDATE t SET v = v + 1 WHERE id = $1', near.key),
    await median(far.client, 'UPDATE t SET v = v + 1 WHERE id = $1', far.key),
  ]
  await home.query('DROP TABLE t')
  return times
}

async function median(client: Client, text: string, key: number): Promise<number> {
  const times: number[] = []
  await client.query(text, [key])
  for (let sample = 0; sample < SAMPLES; sample++) {
    const before = performance.now()
    await client.query(text, [key])
    times.push(performance.now() - before)
  }
  return quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  )
}
