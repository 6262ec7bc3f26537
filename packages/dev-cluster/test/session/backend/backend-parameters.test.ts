import { describe, expect, it } from 'vitest'
import { backendParameters, locality } from '../../../src/session/backend/backend-parameters.js'

const node = { id: 2, host: '127.0.0.1', port: 0, region: 'eu-west-1', zone: 'eu-west-1a' }
const identity = { user: 'root', database: 'shop', sessionId: 'abc', clusterId: 'def', node }

describe('backendParameters', () => {
  it('says who the session is and where', () => {
    expect(Object.fromEntries(backendParameters(identity, new Map()))).toMatchObject({
      user: 'root',
      database: 'shop',
      'crdb.cluster_id': 'def',
      'crdb.node_id': '2',
      'crdb.region': 'eu-west-1',
      'crdb.zone': 'eu-west-1a',
      'crdb.locality': 'region=eu-west-1,zone=eu-west-1a',
      'crdb.session_id': 'abc',
      'crdb.is_superuser': 'on',
    })
  })

  it("names each variable as PostgreSQL's setting, and puts the overlay behind the search path", () => {
    const variables = new Map([
      ['search_path', 'a, "B"'],
      ['distsql', 'off'],
      ['statement_timeout', '5000'],
    ])
    expect(Object.fromEntries(backendParameters(identity, variables))).toMatchObject({
      search_path: 'a, "B", crdb_internal, pg_catalog',
      'crdb.distsql': 'off',
      statement_timeout: '5000',
    })
  })

  it('leaves out what holds for one transaction only', () => {
    const parameters = backendParameters(identity, new Map([['transaction_isolation', 'serializable']]))
    expect([...parameters.keys()].filter(name => name.includes('transaction'))).toEqual([])
  })

  it('leaves out a zone that the node does not have', () => {
    expect(locality({ ...node, zone: '' })).toBe('region=eu-west-1')
  })
})
