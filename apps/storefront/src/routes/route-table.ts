import { accountRoutes } from './account-routes.js'
import { deadLetterRoutes } from './dead-letter-routes.js'
import { documentationRoutes } from './documentation-routes.js'
import { operationRoutes } from './operation-routes.js'
import { orderBatchRoutes } from './order-batch-routes.js'
import { orderRoutes } from './order-routes.js'
import { orderStreamRoutes } from './order-stream-routes.js'
import { postRoutes } from './post-routes.js'
import { productRoutes } from './product-routes.js'
import type { Route } from './route.js'
import { sessionRoutes } from './session-routes.js'
import { transferRoutes } from './transfer-routes.js'
import { userLifecycleRoutes } from './user-lifecycle-routes.js'
import { userRoutes } from './user-routes.js'

/** Everything the storefront can be asked. */
export const routeTable: readonly Route[] = [
  ...sessionRoutes,
  ...userRoutes,
  ...userLifecycleRoutes,
  ...productRoutes,
  ...orderRoutes,
  ...orderStreamRoutes,
  ...orderBatchRoutes,
  ...accountRoutes,
  ...transferRoutes,
  ...postRoutes,
  ...deadLetterRoutes,
  ...operationRoutes,
  ...documentationRoutes,
]
