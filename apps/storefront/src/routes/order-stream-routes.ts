import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { OrderState } from '../entities/order.js'
import { type Route, route } from './route.js'
import { uuid } from './schemas/primitives.js'

export const orderStreamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/users/{userId}/orders/{orderId}/events',
    access: 'owner',
    tag: 'Orders',
    summary: 'Follow the status of an order as server-sent events, from the version in Last-Event-ID on.',
    params: Type.Object({ userId: uuid, orderId: uuid }),
    headers: Type.Object({ 'last-event-id': Type.Optional(Type.Integer({ minimum: 0 })) }),
    status: 200,
    produces: 'text/event-stream',
    response: Type.Unsafe<Readable>({ type: 'string' }),
    problems: ['order-not-found', 'overloaded'],
    async handle({ params, headers }, { orderStreams }) {
      const { states, end } = await orderStreams.follow(params, headers['last-event-id'] ?? 0)
      return { body: Readable.from(printEvents(states)).once('close', end), headers: { 'cache-control': 'no-store' } }
    },
  }),
]

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
async function* printEvents(states: AsyncIterable<OrderState | 'still-there'>): AsyncGenerator<string> {
  yield 'retry: 1000\n\n'
  for await (const state of states) {
    if (state === 'still-there') yield ':\n\n'
    else yield `id: ${state.version}\nevent: status\ndata: ${JSON.stringify(state)}\n\n`
  }
}
