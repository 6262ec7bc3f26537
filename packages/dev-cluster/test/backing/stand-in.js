#!/usr/bin/env node
/**
 * Stands in for `cockroach` and `docker`: it checks and records how it is called, and lets a node be started, initialised, drained and
 * killed, as far as ports, health and processes go. It is no database, and proves nothing about CockroachDB.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { basename, join } from 'node:path'

const folder = process.env.STAND_IN_FOLDER
const args = process.argv.slice(2)
const program = basename(process.argv[1])
appendFileSync(join(folder, 'calls'), `${JSON.stringify([program, ...args])}\n`)

const flag = (name, from = args) => from.find(arg => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
const initialized = join(folder, 'initialized')

function fail(message) {
  process.stderr.write(`ERROR: ${message}\n`)
  process.exit(1)
}

/** A node: it listens, and is ready once the cluster has been initialised. */
function serve(sql, http) {
  createTcpServer().listen(Number(sql.split(':').at(-1)), '127.0.0.1', () =>
    writeFileSync(join(folder, `up-${sql}`), ''),
  )
  createServer((request, response) => {
    response.writeHead(request.url === '/health?ready=1' && existsSync(initialized) ? 200 : 503).end()
  }).listen(Number(http.split(':').at(-1)), '127.0.0.1')
}

function ask(command, host) {
  if (command === 'init') {
    if (host !== 'localhost:26257' && !existsSync(join(folder, `up-${host}`))) fail('connection refused')
    if (existsSync(initialized)) fail('cluster has already been initialized')
    writeFileSync(initialized, '')
  } else if (!existsSync(initialized)) fail('the cluster has not been initialized')
}

function container(name) {
  return Number(readFileSync(join(folder, name), 'utf8').split(' ')[0])
}

function launch(name, sql, http) {
  const child = spawn(process.execPath, [process.argv[1], 'serve', sql, http], { detached: true, stdio: 'ignore' })
  child.unref()
  writeFileSync(join(folder, name), `${child.pid} ${sql} ${http}`)
}

if (program === 'cockroach') {
  if (args[0] === 'version') process.stdout.write('v26.2.0-stand-in\n')
  else if (args[0] === 'start') serve(flag('listen-addr'), flag('http-addr'))
  else ask(args[0] === 'node' ? args[1] : args[0], flag('host'))
} else if (args[0] === 'serve') serve(args[1], args[2])
else if (args[0] === 'run') {
  const [sql, http] = args
    .filter(arg => arg.startsWith('--publish='))
    .map(arg => arg.slice(10).split(':').slice(0, 2).join(':'))
  launch(flag('name'), sql, http)
} else if (args[0] === 'start') {
  const [, sql, http] = readFileSync(join(folder, args[1]), 'utf8').split(' ')
  launch(args[1], sql, http)
} else if (args[0] === 'kill') process.kill(container(args[1]), 'SIGKILL')
else if (args[0] === 'exec') ask(args[3] === 'node' ? args[4] : args[3], flag('host'))
else if (args.includes('rm') && existsSync(join(folder, 'cannot-remove'))) fail(`cannot remove ${args[0]}`)
else if (args[0] === 'rm')
  for (const name of args.slice(3)) {
    try {
      process.kill(container(name), 'SIGKILL')
    } catch {
      // killed before
    }
  }
