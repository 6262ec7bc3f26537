import type { Command, FlagInfo } from './command.js'

const admin: FlagInfo = {
  kind: 'text',
  value: 'URL',
  summary: 'admin API of the dev cluster (default: CERCI_ADMIN_URL, else http://127.0.0.1:8080)',
}
const certsDir: FlagInfo = {
  kind: 'text',
  value: 'DIR',
  summary: 'certificates of a secure dev cluster (default: CERCI_CERTS_DIR)',
}
/** What every command that asks the admin API takes. */
const adminFlags = { admin, 'certs-dir': certsDir } as const
const json: FlagInfo = { kind: 'switch', summary: 'print JSON' }

/** A table of the commands: their names, flags and help. */
export const commands: readonly Command[] = [
  {
    name: 'dev',
    summary: 'start a dev cluster and keep it until Ctrl-C',
    positionals: [],
    flags: {
      engine: {
        kind: 'text',
        value: 'NAME',
        summary: 'embedded, cockroach (the one on PATH) or docker (default: embedded)',
      },
      image: {
        kind: 'text',
        value: 'IMAGE',
        summary: 'image, with --engine docker (default: cockroachdb/cockroach:latest-v26.2)',
      },
      nodes: { kind: 'integer', value: 'N', summary: 'how many nodes (default: 3, or one for each region)' },
      regions: { kind: 'text', value: 'A,B,C', summary: 'their regions (default: us-east-1,us-west-1,eu-west-1)' },
      port: {
        kind: 'integer',
        value: 'P',
        summary: 'SQL port of the first node, the others follow; 0: any free (default: 26257)',
      },
      'http-port': {
        kind: 'integer',
        value: 'H',
        summary: 'port of the admin API; 0: any free (default: 8080, or any free with --port 0)',
      },
      store: { kind: 'text', value: 'DIR', summary: 'keep the data in this folder (default: nothing is kept)' },
      latency: {
        kind: 'text',
        value: 'none|wan|FILE',
        summary: 'delay statements by what the network would cost: real round trips, or your own (default: none)',
      },
      'history-window': {
        kind: 'text',
        value: 'MS',
        summary: 'how far back AS OF SYSTEM TIME reads, or none (default: 300000)',
      },
      'fault-seed': {
        kind: 'text',
        value: 'SEED',
        summary:
          'make the decisions of faults that the same seed made before (default: random; `cerci fault list` shows it)',
      },
      secure: { kind: 'switch', summary: 'encrypt and authenticate, with certificates or passwords' },
      'certs-dir': {
        kind: 'text',
        value: 'DIR',
        summary: 'folder of the certificates, with --secure; what is missing is made',
      },
      host: {
        kind: 'text',
        value: 'ADDRESS',
        summary: 'listen here; beyond this machine only with --secure (default: 127.0.0.1)',
      },
      json: { kind: 'switch', summary: 'print one line of JSON when ready' },
    },
    details:
      'A dev cluster is for development and tests only. Without --secure it listens on this machine only, and asks for no password.',
    load: async () => (await import('./commands/dev.js')).runDev,
  },
  {
    name: 'cert client',
    summary: 'make the certificate with which a SQL user connects to a secure dev cluster',
    positionals: ['USER'],
    flags: {
      'certs-dir': { kind: 'text', value: 'DIR', summary: 'folder of the certificates (default: CERCI_CERTS_DIR)' },
    },
    load: async () => (await import('./commands/cert.js')).createClient,
  },
  {
    name: 'node list',
    summary: 'list the nodes and their states',
    positionals: [],
    flags: { ...adminFlags, json },
    load: async () => (await import('./commands/node.js')).listNodes,
  },
  nodeCommand('kill', 'end a node at once, resetting its connections'),
  nodeCommand('drain', 'shut a node down as CockroachDB does, and wait for it'),
  nodeCommand('start', 'start a node again, on the port it had'),
  nodeCommand('partition', 'cut a node off from clients, without an answer or an error'),
  nodeCommand('heal', 'end the partition of a node'),
  nodeCommand('decommission', 'take a node out of the cluster for good, as CockroachDB does'),
  {
    name: 'node add',
    summary: 'add a node to the running cluster',
    positionals: [],
    flags: {
      ...adminFlags,
      region: { kind: 'text', value: 'NAME', summary: 'its region (default: the one with the fewest nodes)' },
      zone: { kind: 'text', value: 'NAME', summary: 'its zone (default: the one of a, b and c with the fewest nodes)' },
      port: { kind: 'integer', value: 'P', summary: 'its SQL port; 0: any free (default: 0)' },
    },
    load: async () => (await import('./commands/node.js')).addNode,
  },
  {
    name: 'region list',
    summary: 'list the regions, and whether they are cut off',
    positionals: [],
    flags: { ...adminFlags, json },
    load: async () => (await import('./commands/region.js')).listRegions,
  },
  regionCommand('kill', 'end every node of a region at once'),
  regionCommand('start', 'start every node of a region again'),
  regionCommand('partition', 'cut a region off from the other regions; clients still reach it'),
  regionCommand('heal', 'end the partition of a region'),
  {
    name: 'fault list',
    summary: 'list the rules that inject faults, and how often they struck',
    positionals: [],
    flags: { ...adminFlags, json },
    load: async () => (await import('./commands/fault.js')).listFaults,
  },
  {
    name: 'fault add',
    summary: 'add a rule that injects a fault, or replace the one of that name',
    positionals: ['NAME'],
    flags: {
      ...adminFlags,
      delay: { kind: 'number', value: 'MS', summary: 'effect: take so many milliseconds longer' },
      clock: {
        kind: 'number',
        value: 'MS',
        summary: 'effect: now() is so many milliseconds later; earlier: --clock=-MS',
      },
      retry: { kind: 'text', value: 'REASON', summary: 'effect: fail with 40001, such as RETRY_SERIALIZABLE' },
      error: { kind: 'text', value: 'CODE:MESSAGE', summary: 'effect: fail with this SQLSTATE and message' },
      cut: { kind: 'switch', summary: 'effect: reset the connection' },
      ambiguous: {
        kind: 'text',
        value: 'HOW',
        summary: 'effect: answer a commit with 40003: committed, rolled-back or random',
      },
      at: {
        kind: 'text',
        value: 'STAGE',
        summary: 'connect, statement, commit or reply (default: commit for --ambiguous, else statement)',
      },
      node: { kind: 'integer', value: 'ID', summary: 'only on this node' },
      fingerprint: { kind: 'text', value: 'TEXT', summary: 'only statements whose fingerprint contains this' },
      whole: { kind: 'switch', summary: 'the fingerprint is the whole one, not a part of it' },
      application: { kind: 'text', value: 'NAME', summary: 'only connections of this application_name' },
      'in-transaction': { kind: 'switch', summary: 'only inside explicit transactions' },
      'outside-transaction': { kind: 'switch', summary: 'only outside of explicit transactions' },
      probability: { kind: 'number', value: 'P', summary: 'strike with this probability (default: 1)' },
      times: { kind: 'integer', value: 'N', summary: 'strike at most so often (default: unlimited)' },
      after: { kind: 'integer', value: 'N', summary: 'let so many matches pass first (default: 0)' },
    },
    details:
      'Exactly one effect is needed. Example: cerci fault add flaky --retry RETRY_SERIALIZABLE --probability 0.1',
    load: async () => (await import('./commands/fault.js')).addFault,
  },
  {
    name: 'fault commits',
    summary: 'list what commits that were answered as ambiguous really did',
    positionals: [],
    flags: { ...adminFlags, json },
    load: async () => (await import('./commands/fault.js')).listCommits,
  },
  {
    name: 'fault seed',
    summary: 'begin anew with the decisions of this seed; the rules stay',
    positionals: ['SEED'],
    flags: adminFlags,
    load: async () => (await import('./commands/fault.js')).seedFaults,
  },
  {
    name: 'fault remove',
    summary: 'remove one rule',
    positionals: ['NAME'],
    flags: adminFlags,
    load: async () => (await import('./commands/fault.js')).removeFault,
  },
  {
    name: 'fault clear',
    summary: 'remove every rule',
    positionals: [],
    flags: adminFlags,
    load: async () => (await import('./commands/fault.js')).clearFaults,
  },
  {
    name: 'prisma',
    summary: "run this project's prisma (migrate, db, generate, …) without its downloaded engine",
    positionals: ['ARGUMENTS…'],
    flags: {},
    passesOn: true,
    load: async () => (await import('./commands/prisma.js')).runPrismaCommand,
  },
]

function nodeCommand(action: string, summary: string): Command {
  return {
    name: `node ${action}`,
    summary,
    positionals: ['ID'],
    flags: adminFlags,
    load: async () => (await import('./commands/node.js')).changeNode(action),
  }
}

function regionCommand(action: string, summary: string): Command {
  return {
    name: `region ${action}`,
    summary,
    positionals: ['NAME'],
    flags: adminFlags,
    load: async () => (await import('./commands/region.js')).changeRegion(action),
  }
}
