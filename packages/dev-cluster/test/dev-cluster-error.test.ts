import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DevClusterError, devClusterErrors } from '../src/dev-cluster-error.js'

test('an error has its code, its details in its message, and its cause', () => {
  const cause = new Error('cause')
  const error = new DevClusterError('CERCI_NODE_UNKNOWN', { id: 7, ids: '1, 2' }, cause)
  expect(error).toMatchObject({
    name: 'DevClusterError',
    code: 'CERCI_NODE_UNKNOWN',
    message: 'There is no node 7. The nodes are 1, 2.',
    cause,
  })
})

test('every error has a test that makes it happen', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts') && !name.startsWith('dev-cluster-error'))
    .map(name => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n')
  expect(Object.keys(devClusterErrors).filter(code => !sources.includes(code))).toEqual([])
})
