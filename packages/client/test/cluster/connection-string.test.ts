import { describe, expect, it } from 'vitest'
import { parseConnectionString } from '../../src/cluster/connection-string.js'
import { OptionError } from '../../src/errors/option-error.js'

describe('parseConnectionString', () => {
  it('takes every scheme for the same thing', () => {
    for (const scheme of ['postgresql', 'postgres', 'cockroachdb', 'cockroach', 'PostgreSQL']) {
      expect(parseConnectionString(`${scheme}://u@h/d`)).toMatchObject({
        user: 'u',
        database: 'd',
        hosts: [{ host: 'h', port: undefined }],
      })
    }
  })

  it('takes several hosts, each with its own port, names and both kinds of addresses', () => {
    expect(parseConnectionString('postgresql://a:1,b,10.0.0.1:3,[::1]:4,[fe80::1]/d').hosts).toEqual([
      { host: 'a', port: 1 },
      { host: 'b', port: undefined },
      { host: '10.0.0.1', port: 3 },
      { host: '::1', port: 4 },
      { host: 'fe80::1', port: undefined },
    ])
  })

  it('decodes user, password, database and parameters', () => {
    const parsed = parseConnectionString('postgresql://us%40er:p%3A%2F%25@h/d%20b?options=-c%20a%3Db&x=1+1&flag')
    expect(parsed).toMatchObject({ user: 'us@er', password: 'p:/%', database: 'd b' })
    expect([...parsed.parameters]).toEqual([
      ['options', '-c a=b'],
      ['x', '1+1'],
      ['flag', ''],
    ])
  })

  it('takes passwords with characters that should have been encoded', () => {
    expect(parseConnectionString('postgresql://u:a@b:c@h:1/d')).toMatchObject({
      user: 'u',
      password: 'a@b:c',
      hosts: [{ host: 'h', port: 1 }],
    })
    expect(parseConnectionString('postgresql://u:a/b@h:1/d')).toMatchObject({
      user: 'u',
      password: 'a/b',
      hosts: [{ host: 'h', port: 1 }],
      database: 'd',
    })
  })

  it('leaves out what is not said', () => {
    expect(parseConnectionString('postgresql://')).toMatchObject({
      user: undefined,
      password: undefined,
      database: undefined,
      hosts: [],
    })
    expect(parseConnectionString('postgresql:///d')).toMatchObject({ database: 'd', hosts: [] })
    expect(parseConnectionString('postgresql://u@:5/').hosts).toEqual([{ host: 'localhost', port: 5 }])
  })

  it('takes the folder of a Unix socket', () => {
    expect(parseConnectionString('postgresql://%2Fvar%2Frun:26257/d').hosts).toEqual([
      { host: '/var/run', port: 26257 },
    ])
  })

  it.each([
    ['mysql://u:s3cret@h/d', 'begin with'],
    ['u:s3cret@h', 'begin with'],
    ['postgresql://u:s3cret%zz@h/d', 'percent-encoded'],
    ['postgresql://u:s3cret@h:0/d', '1 to 65535'],
    ['postgresql://u:s3cret@h:port/d', '1 to 65535'],
    ['postgresql://u:s3cret@::1:26257/d', 'brackets'],
  ])('refuses %s without showing the password', (text, problem) => {
    const error = catchError(() => parseConnectionString(text))
    expect(error).toBeInstanceOf(OptionError)
    expect(error.message).toContain(problem)
    expect(error.message).not.toContain('s3cret')
    expect(String(error.stack)).not.toContain('s3cret%zz')
  })
})

function catchError(body: () => unknown): Error {
  try {
    body()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
