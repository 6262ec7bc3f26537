export {
  type CerciExpressOptions,
  cerciErrors,
  cerciRoutes,
  type ExpressRequestLike,
  type ExpressResponseLike,
} from './cerci-express.js'
