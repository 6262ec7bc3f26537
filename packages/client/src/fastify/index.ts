export { type CerciFastifyOptions, cerciFastify, type FastifyLike, type FastifyReplyLike } from './cerci-fastify.js'
