import type { Cluster } from 'cerci'
import { collectMetrics } from 'cerci/metrics'
import { traceCluster } from 'cerci/tracing'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { AccessTokens } from './authentication/access-tokens.js'
import { PasswordHasher, type PasswordHasherOptions } from './authentication/password-hasher.js'
import { Doorbell } from './events/doorbell.js'
import { EventDelivery } from './events/event-delivery.js'
import type { EventReceiver } from './events/receivers.js'
import type { Application } from './http/dispatch.js'
import type { CreateHttpServer } from './http/http-server.js'
import { createDeadLetterGauge } from './metrics/dead-letter-gauge.js'
import { HttpMetrics } from './metrics/http-metrics.js'
import { readDocuments } from './openapi/documents.js'
import { routeTable } from './routes/route-table.js'
import { AccountService } from './services/account-service.js'
import { DeadLetterService } from './services/dead-letter-service.js'
import { Housekeeping } from './services/housekeeping.js'
import { OperationService } from './services/operation-service.js'
import { OrderImportService } from './services/order-import-service.js'
import { OrderService } from './services/order-service.js'
import { OrderStatusService } from './services/order-status-service.js'
import { OrderStreamService } from './services/order-stream-service.js'
import { PostService } from './services/post-service.js'
import { ProductService } from './services/product-service.js'
import { RateLimiter } from './services/rate-limiter.js'
import type { Services } from './services/services.js'
import { SessionService } from './services/session-service.js'
import { TransferService } from './services/transfer-service.js'
import { UserLifecycleService } from './services/user-lifecycle-service.js'
import { UserService } from './services/user-service.js'

export interface StorefrontOptions {
  /** Stays the caller's to close, after the storefront. */
  readonly cluster: Cluster
  readonly logger: Logger
  /** Signs access tokens; at least 32 bytes, the same in all processes. */
  readonly accessTokenSecret: Uint8Array
  /** What a password hash costs. */
  readonly passwordHashing?: PasswordHasherOptions
  /** Takes the events of the outbox. @default they stay there, for another process to deliver */
  readonly receiver?: EventReceiver
  /** Requests that may wait for a connection before further ones are refused. @default 500 */
  readonly maxQueued?: number
  /** Proxies of one's own in front, each of which adds an address to `X-Forwarded-For`. @default 0 */
  readonly proxies?: number
  readonly createServer: CreateHttpServer
}

/** The service, put together. */
export interface Storefront {
  readonly services: Services
  /** Port 0 takes any free one. Returns the address, such as `http://127.0.0.1:3000`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
  /** Says that it is not ready any more, stops accepting, and finishes the requests and deliveries that are under way. What is not finished by the deadline is cut. @default deadlineMs 10000 */
  close(options?: { readonly deadlineMs?: number }): Promise<void>
}

export async function createStorefront(options: StorefrontOptions): Promise<Storefront> {
  const { cluster, logger, maxQueued = 500, proxies = 0, createServer } = options
  const registry = new Registry()
  const metrics = collectMetrics(cluster, { register: registry })
  const stopTracing = traceCluster(cluster)
  const limiter = new RateLimiter(cluster)
  const passwords = new PasswordHasher(options.passwordHashing)
  const accessTokens = new AccessTokens(options.accessTokenSecret)
  const doorbell = new Doorbell()
  const operations = new OperationService({ cluster, registry, maxQueued })
  const services: Services = {
    users: new UserService({ cluster, passwords, limiter }),
    userLifecycle: new UserLifecycleService(cluster),
    sessions: new SessionService({ cluster, passwords, accessTokens, limiter }),
    products: new ProductService(cluster),
    orders: new OrderService(cluster, doorbell),
    orderStatuses: new OrderStatusService(cluster, doorbell),
    orderImports: new OrderImportService(cluster, doorbell),
    orderStreams: new OrderStreamService({ cluster, doorbell, stopping: operations.stopping }),
    posts: new PostService(cluster),
    accounts: new AccountService(cluster),
    transfers: new TransferService(cluster),
    deadLetters: new DeadLetterService(cluster, doorbell),
    operations,
    documents: await readDocuments(routeTable),
  }
  createDeadLetterGauge(registry, () => services.deadLetters.count())
  const application: Application = {
    routes: routeTable,
    services,
    metrics: new HttpMetrics(registry),
    logger,
    proxies,
  }
  const server = createServer(application)
  const delivery = options.receiver && new EventDelivery({ cluster, logger, doorbell, receiver: options.receiver })
  delivery?.start()
  const housekeeping = new Housekeeping(cluster, logger)
  housekeeping.start()
  return {
    services,
    listen: address => server.listen(address),
    async close({ deadlineMs = 10_000 } = {}) {
      operations.stop()
      await server.close(deadlineMs)
      await delivery?.stop()
      await housekeeping.stop()
      metrics.stop()
      stopTracing()
    },
  }
}
