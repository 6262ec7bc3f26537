import { afterEach, expect, it, vi } from 'vitest'
import { Endpoint } from '../../../src/pool/nodes/endpoint.js'
import { nodeBackoff } from '../../../src/retry/backoff.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The pauses before the first eight attempts after failures, at time 0. */
function pauses(endpoint: Endpoint): number[] {
  return Array.from({ length: 8 }, () => {
    endpoint.fail('down', new Error('refused'), 0, nodeBackoff)
    return endpoint.retryAt
  })
}

it('is left alone for longer after every failure, up to a bound, and never for no time at all', () => {
  const endpoint = new Endpoint('a', { host: 'a', port: 1 }, undefined)
  vi.spyOn(Math, 'random').mockReturnValue(1)
  expect(pauses(endpoint)).toEqual([250, 450, 850, 1_650, 3_250, 6_450, 10_050, 10_050])
  endpoint.recover()
  vi.spyOn(Math, 'random').mockReturnValue(0)
  expect(pauses(endpoint)).toEqual(Array.from({ length: 8 }, () => 50))
})

it('is tried once when its pause is over, and begins anew when that succeeds', () => {
  const endpoint = new Endpoint('a', { host: 'a', port: 1 }, undefined)
  pauses(endpoint)
  const { retryAt } = endpoint
  expect([endpoint.mayConnect(retryAt - 1), endpoint.mayConnect(retryAt)]).toEqual([false, true])
  endpoint.connecting = 1
  expect(endpoint.mayConnect(retryAt)).toBe(false)
  endpoint.recover()
  expect(endpoint).toMatchObject({ state: 'up', failures: 0, lastError: undefined })
  expect(endpoint.mayConnect(0)).toBe(true)
})
