import { expect, test } from 'vitest'
import { ConfigurationError, readConfiguration } from '../../src/configuration/configuration.js'

test('has a default for everything', () => {
  expect(readConfiguration({})).toMatchObject({
    databaseUrl: undefined,
    host: '127.0.0.1',
    port: 3000,
    logLevel: 'warn',
    poolMax: 20,
  })
})

test('takes an empty variable for one that is not set', () => {
  expect(readConfiguration({ PORT: '', HOST: '', DATABASE_URL: '', LOG_LEVEL: '' })).toEqual(readConfiguration({}))
})

test('reads what is set', () => {
  const environment = {
    DATABASE_URL: 'postgresql://db/shop',
    HOST: '::1',
    PORT: '0',
    LOG_LEVEL: 'debug',
    POOL_MAX: '5',
  }
  expect(readConfiguration(environment)).toMatchObject({
    databaseUrl: 'postgresql://db/shop',
    host: '::1',
    port: 0,
    logLevel: 'debug',
    poolMax: 5,
  })
})

test('lists all faults at once', () => {
  const read = () => readConfiguration({ PORT: '70000', POOL_MAX: 'many', LOG_LEVEL: 'loud' })
  expect(read).toThrow(ConfigurationError)
  expect(read).toThrow(
    /PORT is "70000".*POOL_MAX is "many".*LOG_LEVEL is "loud"|LOG_LEVEL.*PORT|PORT.*LOG_LEVEL.*POOL_MAX/,
  )
})
