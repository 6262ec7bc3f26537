import { lookup, resolveSrv } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Locality } from '../cluster/locality.js'
import type { Host, Settings } from '../cluster/settings.js'
import { Endpoint } from './endpoint.js'
import type { Topology } from './topology.js'

/** Turns configured hosts into endpoints, and follows their names as DNS changes. */
export class Resolver {
  readonly #settings: Settings
  readonly #topology: Topology
  readonly #hasNames: boolean
  #resolvedAt = Number.NEGATIVE_INFINITY
  #pending: Promise<void> | undefined

  constructor(settings: Settings, topology: Topology) {
    this.#settings = settings
    this.#topology = topology
    this.#hasNames = settings.dns.srv === true || settings.hosts.some(host => !isFixed(host))
    if (!this.#hasNames) for (const host of settings.hosts) this.#keep(fixedEndpoint(host))
  }

  /** The first resolution, while it is under way or was not begun; undefined once there are endpoints. */
  get pending(): Promise<void> | undefined {
    return this.#topology.endpoints.size > 0 ? undefined : this.refresh()
  }

  /** Resolves again when the interval has passed. */
  refreshIfDue(now: number): void {
    if (this.#hasNames && now - this.#resolvedAt > (this.#settings.dns.intervalMs ?? 30_000)) void this.refresh()
  }

  /** Resolves all names. What cannot be resolved stays as it was; at first it becomes an endpoint that fails by itself. Never rejects. */
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
      const known =
        current.has(endpoint.key) ||
        found.some((endpoints, at) => endpoints.length === 0 && endpoint.name === this.#settings.hosts[at]?.host)
      endpoint.removed = !known
      if (endpoint.removed && endpoint.connections === 0) this.#topology.endpoints.delete(endpoint.key)
    }
  }

  /** Empty when a name that was known cannot be resolved now. */
  async #endpointsOf(host: Host): Promise<Endpoint[]> {
    try {
      if (this.#settings.dns.srv === true) return await this.#fromSrv(host)
      return isFixed(host) ? [fixedEndpoint(host)] : await this.#fromName(host.host, host.port, host.locality)
    } catch {
      const known = [...this.#topology.endpoints.values()].some(endpoint => endpoint.name === host.host)
      // The name itself becomes the address, so that connecting reports why it cannot be resolved.
      return known ? [] : [new Endpoint(host.host, { host: host.host, port: host.port }, host.locality)]
    }
  }

  async #fromSrv(host: Host): Promise<Endpoint[]> {
    const { lookupSrv = resolveSrv } = this.#settings.dns
    const records = await lookupSrv(host.host.startsWith('_') ? host.host : `_postgresql._tcp.${host.host}`)
    const endpoints = await Promise.all(records.map(record => this.#fromName(record.name, record.port, host.locality)))
    return endpoints.flat()
  }

  async #fromName(name: string, port: number, locality: Locality | undefined): Promise<Endpoint[]> {
    if (isIP(name) !== 0) return [new Endpoint(name, { host: name, port }, locality)]
    const addresses = await (this.#settings.dns.lookup ?? lookupAll)(name)
    return addresses.map(address => new Endpoint(name, { host: address, port }, locality))
  }

  #keep(endpoint: Endpoint): void {
    if (!this.#topology.endpoints.has(endpoint.key)) this.#topology.endpoints.set(endpoint.key, endpoint)
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
  const found = await lookup(name, { all: true })
  return [...new Set(found.map(({ address }) => address))]
}
