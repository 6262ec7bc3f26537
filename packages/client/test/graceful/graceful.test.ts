import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import Fastify from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { type Graceful, type GracefulOptions, graceful } from '../../src/graceful/graceful.js'

const cleanups: (() => void)[] = []

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
  vi.restoreAllMocks()
})

interface Service {
  readonly server: Server
  readonly lifecycle: Graceful
  readonly steps: string[]
  /** Responses that wait to be finished. */
  readonly open: ServerResponse[]
  readonly get: (path?: string) => Promise<{ status: number; body: string; connection: string | undefined }>
}

async function service(options: Partial<GracefulOptions> = {}): Promise<Service> {
  const steps: string[] = []
  const open: ServerResponse[] = []
  const server = createServer((request, response) => {
    if (request.url === '/slow') open.push(response)
    else response.end('at once')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cluster = {
    close: async ({ deadlineMs }: { deadlineMs: number }) =>
      void steps.push(`closed with ${deadlineMs > 0 ? 'time' : 'none'} left`),
  }
  const lifecycle = graceful({ server, cluster, exit: false, log: step => steps.push(step), ...options })
  const agent = new Agent({ keepAlive: true })
  cleanups.push(
    () => lifecycle.dispose(),
    () => agent.destroy(),
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const get: Service['get'] = (path = '/') =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ agent, port, host: '127.0.0.1', path }, response => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, connection: response.headers.connection }),
        )
      })
      sent.on('error', reject).end()
    })
  return { server, lifecycle, steps, open, get }
}

test('requests under way are finished, new ones refused, the cluster closed last', async () => {
  const { lifecycle, steps, open, get } = await service()
  await get() // leaves an idle keep-alive connection
  const slow = get('/slow')
  await expect.poll(() => open.length).toBe(1)
  expect(lifecycle.shuttingDown).toBe(false)
  const done = lifecycle.shutdown('test')
  expect(lifecycle.shuttingDown).toBe(true)
  expect(lifecycle.shutdown()).toBe(done)
  await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(steps).toEqual(['test: shutting down', 'no new connections; 1 request under way'])
  open[0]?.end('finished')
  expect(await slow).toEqual({ status: 200, body: 'finished', connection: 'close' })
  await done
  expect(steps.slice(2)).toEqual(['every request was finished', 'closed with time left', 'the cluster is closed'])
})

test('a response whose head is already sent is finished too, and its connection closed', async () => {
  const { lifecycle, open, get } = await service()
  const slow = get('/slow')
  await expect.poll(() => open.length).toBe(1)
  open[0]?.writeHead(200).write('first, ')
  const done = lifecycle.shutdown()
  open[0]?.end('second')
  expect(await slow).toMatchObject({ body: 'first, second' })
  await done
})

test('at the deadline requests are cut, and the cluster still gets its time', async () => {
  const { lifecycle, steps, open, get } = await service({ deadlineMs: 200, closeMs: 150 })
  const slow = get('/slow')
  slow.catch(() => undefined)
  await expect.poll(() => open.length).toBe(1)
  const began = performance.now()
  await lifecycle.shutdown()
  expect(performance.now() - began).toBeLessThan(190)
  await expect(slow).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(steps.slice(2)).toEqual(['1 request cut at the deadline', 'closed with time left', 'the cluster is closed'])
})

test('while load balancers are given notice, requests are still taken', async () => {
  const { lifecycle, get } = await service({ noticeMs: 60 })
  const done = lifecycle.shutdown()
  expect(lifecycle.shuttingDown).toBe(true)
  expect(await get()).toMatchObject({ status: 200, connection: 'close' })
  await done
  await expect(get()).rejects.toThrow('ECONNREFUSED')
})

test('a connection that never asks anything does not hold the shutdown', async () => {
  const { server, lifecycle } = await service()
  const silent = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(silent, 'connect')
  silent.on('error', () => undefined)
  const began = performance.now()
  await lifecycle.shutdown()
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('what else must end does so before the cluster is closed, and its failure is not hidden', async () => {
  const order: string[] = []
  const { lifecycle, steps } = await service({
    beforeClose: async () => {
      order.push(`beforeClose after ${steps.at(-1)}`)
      throw new Error('the queue is stuck')
    },
  })
  await expect(lifecycle.shutdown()).rejects.toThrow('the queue is stuck')
  expect(order).toEqual(['beforeClose after every request was finished'])
  expect(steps.at(-1)).toBe('the cluster is closed')
})

test('a signal shuts down and ends the process with 0; a second one at once with 1', async () => {
  const exits: unknown[] = []
  vi.spyOn(process, 'exit').mockImplementation(code => {
    exits.push(code)
    return undefined as never
  })
  const { lifecycle, steps, open, get } = await service({ signals: ['SIGUSR2'], exit: true })
  const slow = get('/slow')
  await expect.poll(() => open.length).toBe(1)
  process.kill(process.pid, 'SIGUSR2')
  await expect.poll(() => lifecycle.shuttingDown).toBe(true)
  expect(exits).toEqual([])
  process.kill(process.pid, 'SIGUSR2')
  await expect.poll(() => exits).toEqual([1])
  open[0]?.end()
  await slow
  await expect.poll(() => exits).toEqual([1, 0])
  expect(steps[0]).toBe('SIGUSR2: shutting down')
})

test('without signals after dispose', async () => {
  const before = process.listenerCount('SIGUSR2')
  const { lifecycle } = await service({ signals: ['SIGUSR2'] })
  expect(process.listenerCount('SIGUSR2')).toBe(before + 1)
  lifecycle.dispose()
  expect(process.listenerCount('SIGUSR2')).toBe(before)
})

test('Fastify’s server and hooks', async () => {
  const order: string[] = []
  const app = Fastify()
  app.get('/', async () => 'hello')
  app.addHook('onClose', async () => void order.push('onClose'))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const cluster = { close: async () => void order.push('cluster') }
  const lifecycle = graceful({ server: app.server, cluster, exit: false, signals: [], beforeClose: () => app.close() })
  expect((await fetch(url)).status).toBe(200)
  await lifecycle.shutdown()
  expect(order).toEqual(['onClose', 'cluster'])
})

test('without a server only the cluster is closed; a deadline is a positive number', async () => {
  const closed: number[] = []
  const cluster = { close: async ({ deadlineMs }: { deadlineMs: number }) => void closed.push(deadlineMs) }
  await graceful({ cluster, exit: false, signals: [], deadlineMs: 1_000 }).shutdown()
  expect(closed).toEqual([expect.closeTo(1_000, -2)])
  expect(() => graceful({ cluster, deadlineMs: 0 })).toThrow(expect.objectContaining({ code: 'CERCI_INVALID_OPTION' }))
})
