import { expect, test } from 'vitest'
import { ConfigurationError, readConfiguration } from '../../src/configuration/configuration.js'

test('has a default for everything', () => {
  expect(readConfiguration({})).toMatchObject({
    databaseUrl: undefined,
    host: '127.0.0.1',
    port: 3000,
    httpServer: 'fastify',
    proxies: 0,
    logLevel: 'warn',
    poolMax: 20,
    maxQueued: 500,
    webhook: undefined,
    administrator: undefined,
    demoData: false,
  })
})

test('takes an empty variable for one that is not set', () => {
  expect(readConfiguration({ PORT: '', HOST: '', DATABASE_URL: '', LOG_LEVEL: '' })).toMatchObject({ port: 3000 })
})

test('makes up a secret of its own at each start', () => {
  const [first, second] = [readConfiguration({}), readConfiguration({})]
  expect(first.accessTokenSecret).toHaveLength(32)
  expect(first.accessTokenSecret).not.toEqual(second.accessTokenSecret)
})

test('reads what is set', () => {
  const environment = {
    DATABASE_URL: 'postgresql://db/shop',
    HOST: '::1',
    PORT: '0',
    HTTP_SERVER: 'express',
    PROXIES: '1',
    LOG_LEVEL: 'debug',
    POOL_MAX: '5',
    MAX_QUEUED: '50',
    WEBHOOK_URL: 'https://example.com/events',
    WEBHOOK_SECRET: 'x'.repeat(16),
    ACCESS_TOKEN_SECRET: 'x'.repeat(32),
    ADMIN_EMAIL: 'root@example.com',
    ADMIN_PASSWORD: 'long enough',
    DEMO_DATA: 'true',
  }
  expect(readConfiguration(environment)).toEqual({
    databaseUrl: 'postgresql://db/shop',
    host: '::1',
    port: 0,
    httpServer: 'express',
    proxies: 1,
    logLevel: 'debug',
    poolMax: 5,
    maxQueued: 50,
    webhook: { url: 'https://example.com/events', secret: 'x'.repeat(16) },
    accessTokenSecret: Buffer.from('x'.repeat(32)),
    administrator: { email: 'root@example.com', password: 'long enough' },
    demoData: true,
  })
})

test('lists all faults at once', () => {
  const environment = {
    DATABASE_URL: 'mysql://x',
    PROXIES: 'true',
    PORT: '70000',
    POOL_MAX: 'many',
    LOG_LEVEL: 'loud',
    HTTP_SERVER: 'koa',
    ACCESS_TOKEN_SECRET: 'short',
    ADMIN_EMAIL: 'root@example.com',
    DEMO_DATA: '1',
    MAX_QUEUED: '0',
    WEBHOOK_URL: 'ftp://example.com',
    WEBHOOK_SECRET: 'short',
  }
  expect(() => readConfiguration(environment)).toThrow(ConfigurationError)
  const names = Object.keys(environment)
  for (const name of names) expect(() => readConfiguration(environment)).toThrow(name)
})
