export type {
  Account,
  Credit,
  NewTransfer,
  NewUser,
  Order,
  OrderItem,
  Post,
  PostPage,
  User,
  UserDetails,
} from './entities.js'
export {
  EmptyOrderError,
  InsufficientFundsError,
  LastPostError,
  NotFoundError,
  ServiceError,
  StaleVersionError,
} from './errors.js'
export type { Example } from './example.js'
export { likePattern } from './like-pattern.js'
export { tour } from './tour.js'
export type { UserService } from './user-service.js'
