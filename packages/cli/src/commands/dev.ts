import { DevCluster, type DevClusterOptions } from '@cerci/dev-cluster'
import { columns } from '../columns.js'
import type { CommandCall } from '../command.js'
import type { Flags } from '../flags.js'
import { stopSignal } from './stop-signal.js'

const DEFAULT_PORT = 26_257
const DEFAULT_HTTP_PORT = 8080

/** Starts a cluster and keeps it until a signal, or until it ends by itself, which is an error. */
export async function runDev({ flags, terminal }: CommandCall): Promise<void> {
  const signal = stopSignal()
  try {
    const cluster = await DevCluster.start({
      ...optionsOf(flags),
      onProgress: step => terminal.note(`cerci: ${step} …`),
      onLog: line => terminal.note(line),
    })
    try {
      if (signal.asked) return
      if (flags.has('json')) terminal.print(JSON.stringify(describe(cluster)))
      else for (const line of overview(cluster)) terminal.print(line)
      const error = await Promise.race([signal.given, cluster.ended])
      if (error) throw error
    } finally {
      await cluster.stop()
    }
  } finally {
    signal.ignore()
  }
}

function optionsOf(flags: Flags): DevClusterOptions {
  const port = flags.number('port') ?? DEFAULT_PORT
  const nodes = flags.number('nodes')
  const regions = flags.list('regions')
  const store = flags.text('store')
  const latency = flags.text('latency')
  const faultSeed = flags.text('fault-seed')
  const certsDir = flags.text('certs-dir')
  const host = flags.text('host')
  const image = flags.text('image')
  const engine = flags.text('engine')
  return {
    port,
    // Who takes any port for SQL wants to be in nobody's way.
    httpPort: flags.number('http-port') ?? (port === 0 ? 0 : DEFAULT_HTTP_PORT),
    ...(nodes !== undefined && { nodes }),
    ...(regions !== undefined && { regions }),
    ...(store !== undefined && { store }),
    ...(latency !== undefined && { latency }),
    ...historyOf(flags),
    ...(faultSeed !== undefined && { faultSeed }),
    ...(flags.has('secure') && { secure: true }),
    ...(certsDir !== undefined && { certsDir }),
    ...(host !== undefined && { host }),
    ...(engine !== undefined && { engine: engineOf(engine, flags) }),
    ...(image !== undefined && { image }),
  }
}

function historyOf(flags: Flags): Pick<DevClusterOptions, 'historyWindowMs'> {
  const text = flags.text('history-window')
  if (text === undefined) return {}
  if (text === 'none') return { historyWindowMs: text }
  if (/^\d+$/.test(text)) return { historyWindowMs: Number(text) }
  throw flags.wrong('history-window', `'${text}' is neither a whole number of milliseconds nor none`)
}

function engineOf(name: string, flags: Flags): 'embedded' | 'cockroach' | 'docker' {
  if (name === 'embedded' || name === 'cockroach' || name === 'docker') return name
  throw flags.wrong('engine', `'${name}' is none: use embedded, cockroach or docker`)
}

/** The one line of `--json`; its fields are a contract. */
function describe(cluster: DevCluster): unknown {
  const nodes = cluster.nodes.map(({ id, host, port, region, zone, url }) => ({ id, host, port, region, zone, url }))
  return { url: cluster.url, nodes, adminUrl: cluster.adminUrl, pid: process.pid }
}

function overview(cluster: DevCluster): string[] {
  const rows = cluster.nodes.map(({ id, region, zone, url }) => [`  node ${id}`, region, zone, url])
  return [
    'A dev cluster is ready. It is for development and tests only.',
    '',
    ...columns(rows),
    '',
    `  cluster  ${cluster.url}`,
    ...(cluster.latency === 'none' ? [] : [`  latency  ${cluster.latency}`]),
    `  admin    ${cluster.adminUrl}`,
    '',
    'Ctrl-C stops it.',
  ]
}
