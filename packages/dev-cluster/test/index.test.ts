import { expect, test } from 'vitest'
import * as exported from '../src/index.js'

test('the package exports what it means to, and nothing else', () => {
  expect(Object.keys(exported).toSorted()).toEqual([
    'DevCluster',
    'DevClusterError',
    'ambiguousCommits',
    'createClientCertificate',
    'cutConnections',
    'devClusterErrors',
    'lostReplies',
    'retryErrors',
    'slowNode',
    'tooManyConnections',
    'wrongClock',
  ])
})
