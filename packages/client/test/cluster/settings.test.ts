import { describe, expect, it } from 'vitest'
import { createSettings } from '../../src/cluster/settings.js'

describe('createSettings', () => {
  it('fills in the defaults of CockroachDB', () => {
    const settings = createSettings('postgresql://root@h')
    expect(settings).toMatchObject({
      hosts: [{ host: 'h', port: 26257 }],
      database: 'defaultdb',
      applicationName: 'cerci',
      max: 10,
      min: 0,
      preparedStatements: true,
      ignored: [],
    })
    expect(settings.tls.mode).toBe('prefer')
    expect(createSettings({}).hosts).toMatchObject([{ host: 'localhost', port: 26257 }])
  })

  it('lets options win over the connection string', () => {
    const settings = createSettings({
      connectionString: 'postgresql://a:b@h:1/d?application_name=x&connection_limit=3',
      user: 'c',
      max: 5,
      applicationName: 'y',
    })
    expect(settings).toMatchObject({ user: 'c', password: 'b', max: 5, applicationName: 'y', database: 'd' })
  })

  it('takes an option that is undefined for one that was not given', () => {
    const settings = createSettings({
      connectionString: 'postgresql://h/d?sslmode=verify-ca&srv=true',
      user: undefined,
      dns: { srv: undefined },
      tls: { checkServerIdentity: undefined, minVersion: 'TLSv1.3' },
    })
    expect(settings.tls.options).toMatchObject({ checkServerIdentity: expect.any(Function), minVersion: 'TLSv1.3' })
    expect(settings.dns).toEqual({ srv: true })
  })

  it('spreads hosts and ports of parameters as libpq does', () => {
    expect(createSettings('postgresql:///d?host=a,b&port=1,2').hosts).toMatchObject([
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ])
    expect(createSettings('postgresql:///d?host=a,b&port=7').hosts.map(({ port }) => port)).toEqual([7, 7])
    expect(createSettings('postgresql:///d?host=a&hostaddr=10.0.0.1').hosts).toMatchObject([
      { host: 'a', hostaddr: '10.0.0.1' },
    ])
    expect(() => createSettings('postgresql:///d?host=a,b&port=1,2,3')).toThrow('as many as hosts')
  })

  it('takes hosts as texts and objects', () => {
    const { hosts } = createSettings({ hosts: ['a:1', '[::1]:2', { host: 'c', locality: 'region=eu' }] })
    expect(hosts).toMatchObject([
      { host: 'a', port: 1 },
      { host: '::1', port: 2 },
      { host: 'c', port: 26257, locality: [['region', 'eu']] },
    ])
  })

  it('understands the parameters of Prisma', () => {
    const settings = createSettings(
      'postgresql://h/d?schema=app&connection_limit=7&pool_timeout=0&connect_timeout=3&socket_timeout=9&statement_cache_size=0&pgbouncer=true&sslaccept=strict',
    )
    expect(settings).toMatchObject({
      max: 7,
      acquireTimeoutMs: Number.POSITIVE_INFINITY,
      connectTimeoutMs: 3000,
      queryTimeoutMs: 9000,
      preparedStatements: false,
      startupOptions: '-c search_path=app',
      ignored: [],
    })
    expect(settings.tls.mode).toBe('verify-full')
  })

  it('understands CockroachDB Cloud and session variables', () => {
    const settings = createSettings({
      connectionString: 'postgresql://h/d?options=--cluster%3Dfunny-skunk-123&results_buffer_size=65536',
      session: { application_name: 'a b' },
    })
    expect(settings.startupOptions).toBe(
      '--cluster=funny-skunk-123 -c results_buffer_size=65536 -c application_name=a\\ b',
    )
  })

  it('understands the options of node-postgres, where 0 means unlimited', () => {
    const settings = createSettings({
      host: 'h',
      port: 5,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 0,
      maxLifetimeSeconds: 60,
      statement_timeout: 5,
      query_timeout: 0,
      ssl: { rejectUnauthorized: false },
    })
    expect(settings).toMatchObject({
      hosts: [{ host: 'h', port: 5 }],
      idleTimeoutMs: Number.POSITIVE_INFINITY,
      acquireTimeoutMs: Number.POSITIVE_INFINITY,
      maxLifetimeMs: 60_000,
      statementTimeoutMs: 5,
      queryTimeoutMs: Number.POSITIVE_INFINITY,
    })
    expect(settings.tls.mode).toBe('require')
    expect(createSettings({ ssl: true }).tls.mode).toBe('verify-full')
    expect(createSettings({ ssl: false }).tls.mode).toBe('disable')
  })

  it('names what it does not know, in one list', () => {
    expect(createSettings('postgresql://h/d?foo=1&service=x&sslmode=disable').ignored).toEqual(['foo', 'service'])
    const odd: object = { connectionString: 'postgresql://h', entities: [], synchronize: true }
    expect(createSettings(odd).ignored).toEqual(['entities', 'synchronize'])
  })

  it('makes serverless settings small and quiet', () => {
    expect(createSettings({ preset: 'serverless' })).toMatchObject({
      max: 1,
      allowExitOnIdle: true,
      idleTimeoutMs: 10_000,
    })
    expect(createSettings({ preset: 'serverless', max: 2 }).max).toBe(2)
  })

  it.each([
    [{ max: 0 }, 'max'],
    [{ max: 1.5 }, 'max'],
    [{ min: -1 }, 'min'],
    [{ acquireTimeoutMs: 0 }, 'acquireTimeoutMs'],
    [{ hosts: [] }, 'hosts'],
    [{ session: { 'a b': 1 } }, 'session'],
    [{ connectionString: 'postgresql://h?sslmode=maybe' }, 'sslmode'],
    [{ connectionString: 'postgresql://h?connect_timeout=soon' }, 'connect_timeout'],
    [{ connectionString: 'postgresql://h?sslrootcert=/no/such/file&sslmode=verify-ca' }, 'sslrootcert'],
    [{ connectionString: 'postgresql://h?sslrootcert=system&sslmode=require' }, 'sslmode'],
    [{ connectionString: 'postgresql://h?sslnegotiation=direct' }, 'sslnegotiation'],
    [{ locality: 'here' }, 'locality'],
  ])('refuses %j and names the option', (options, option) => {
    expect(() => createSettings(options)).toThrowError(
      expect.objectContaining({ code: 'CERCI_INVALID_OPTION', option }),
    )
  })
})
