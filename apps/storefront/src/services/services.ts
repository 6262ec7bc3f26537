import type { Documents } from '../openapi/documents.js'
import type { AccountService } from './account-service.js'
import type { DeadLetterService } from './dead-letter-service.js'
import type { OperationService } from './operation-service.js'
import type { OrderImportService } from './order-import-service.js'
import type { OrderService } from './order-service.js'
import type { OrderStatusService } from './order-status-service.js'
import type { OrderStreamService } from './order-stream-service.js'
import type { PostService } from './post-service.js'
import type { ProductService } from './product-service.js'
import type { SessionService } from './session-service.js'
import type { TransferService } from './transfer-service.js'
import type { UserLifecycleService } from './user-lifecycle-service.js'
import type { UserService } from './user-service.js'

/** What routes call; none of it knows HTTP. */
export interface Services {
  readonly users: UserService
  readonly userLifecycle: UserLifecycleService
  readonly sessions: SessionService
  readonly products: ProductService
  readonly orders: OrderService
  readonly orderStatuses: OrderStatusService
  readonly orderImports: OrderImportService
  readonly orderStreams: OrderStreamService
  readonly posts: PostService
  readonly accounts: AccountService
  readonly transfers: TransferService
  readonly deadLetters: DeadLetterService
  readonly operations: OperationService
  readonly documents: Documents
}
