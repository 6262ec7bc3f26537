import dns from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Locality } from '../../cluster/locality.js'
import type { Host, Settings } from '../../cluster/settings.js'
import { Endpoint } from './endpoint.js'
import type { Topology } from './topology.js'

/** Turns configured hosts into endpoints, and follows their names as DNS changes. */
export class Resolver {
  readonly #settings: Settings
  readonly #topology: Topology
  readonly #hasNames: boolean
  readonly #known = new Map<Host, readonly Endpoint[]>()
  #resolvedAt = Number.NEGATIVE_INFINITY
  #pending: Promise<void> | undefined

  constructor(settings: Settings, topology: Topology) {
    this.#settings = settings
    this.#topology = topology
    this.#hasNames = settings.dns.srv === true || settings.hosts.some(host => !isFixed(host))
    if (!this.#hasNames) for (const host of settings.hosts) this.#keep(fixedEndpoint(host))
  }

  /** What to wait for before there is an address: the first resolution, and after one that failed altogether the next, once a second. */
  get pending(): Promise<void> | undefined {
    for (const endpoint of this.#topology.endpoints.values()) if (endpoint.unresolved === undefined) return undefined
    if (performance.now() - this.#resolvedAt < retryMs) return this.#pending
    return this.refresh()
  }

  /** Resolves again when the interval has passed. */
  refreshIfDue(now: number): void {
    if (this.#hasNames && now - this.#resolvedAt > (this.#settings.dns.intervalMs ?? 30_000)) void this.refresh()
  }

  /** Resolves all names. What cannot be resolved stays as it was; at first it becomes an endpoint that says why. Never rejects. */
  refresh(): Promise<void> {
    this.#pending ??= this.#resolve().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #resolve(): Promise<void> {
    const found = await Promise.all(this.#settings.hosts.map(host => this.#endpointsOf(host)))
    this.#resolvedAt = performance.now()
    const current = new Set<string>()
    for (const endpoint of found.flat()) {
      current.add(endpoint.key)
      this.#keep(endpoint)
    }
    for (const endpoint of this.#topology.endpoints.values()) {
      endpoint.removed = !current.has(endpoint.key)
      if (endpoint.removed && endpoint.connections + endpoint.connecting === 0) this.#topology.forget(endpoint)
    }
  }

  /** What the host stands for now, or stood for when it could be resolved last. */
  async #endpointsOf(host: Host): Promise<readonly Endpoint[]> {
    try {
      const endpoints = await this.#lookUp(host)
      this.#known.set(host, endpoints)
      return endpoints
    } catch (error) {
      return this.#known.get(host) ?? [new Endpoint(host.host, host, host.locality, error)]
    }
  }

  async #lookUp(host: Host): Promise<readonly Endpoint[]> {
    if (this.#settings.dns.srv === true) return await this.#fromSrv(host)
    return isFixed(host) ? [fixedEndpoint(host)] : await this.#fromName(host.host, host.port, host.locality)
  }

  async #fromSrv(host: Host): Promise<readonly Endpoint[]> {
    const service = host.host.startsWith('_') ? host.host : `_postgresql._tcp.${host.host}`
    // Asked of the module at the time: an application that calls dns.setServers() replaces its functions.
    const records = await (this.#settings.dns.lookupSrv ?? dns.resolveSrv)(service)
    const targets = await Promise.allSettled(records.map(({ name, port }) => this.#fromName(name, port, host.locality)))
    const known = this.#known.get(host) ?? []
    const endpoints = targets.flatMap((target, at) =>
      target.status === 'fulfilled' ? target.value : known.filter(({ name }) => name === records[at]?.name),
    )
    const failed = targets.find(target => target.status === 'rejected')
    if (endpoints.length === 0) throw failed?.reason ?? new Error(`There are no SRV records of ${service}`)
    return endpoints
  }

  async #fromName(name: string, port: number, locality: Locality | undefined): Promise<Endpoint[]> {
    if (isIP(name) !== 0 || name === 'localhost') return [new Endpoint(name, { host: name, port }, locality)]
    const addresses = await (this.#settings.dns.lookup ?? lookupAll)(name)
    if (addresses.length === 0) throw new Error(`There is no address of ${name}`)
    return addresses.map(address => new Endpoint(name, { host: address, port }, locality))
  }

  #keep(endpoint: Endpoint): void {
    const known = this.#topology.endpoints.get(endpoint.key)
    if (known === undefined || known.unresolved !== undefined) this.#topology.endpoints.set(endpoint.key, endpoint)
  }
}

/** Addresses, folders of sockets, and `localhost`, whose IPv4 and IPv6 addresses are one and the same node. */
function isFixed(host: Host): boolean {
  return host.hostaddr !== undefined || isIP(host.host) !== 0 || host.host.startsWith('/') || host.host === 'localhost'
}

function fixedEndpoint(host: Host): Endpoint {
  return new Endpoint(host.host, { host: host.hostaddr ?? host.host, port: host.port }, host.locality)
}

async function lookupAll(name: string): Promise<string[]> {
  const found = await dns.lookup(name, { all: true })
  return [...new Set(found.map(({ address }) => address))]
}

/** Milliseconds before names of which none could be resolved are tried again. */
const retryMs = 1_000
