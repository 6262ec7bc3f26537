import { createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import type { OutboxEvent } from '../entities/event.js'

/** Takes an event, or throws. It may see one again: by `key` and `sequence` it can tell. */
export type EventReceiver = (event: OutboxEvent) => Promise<void>

export interface WebhookOptions {
  readonly url: string
  /** Shared with the receiver, which can check by it who sends. */
  readonly secret: string
  /** @default 5000 */
  readonly timeoutMs?: number
}

/**
 * Posts events as JSON. `x-storefront-signature` is `t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>`:
 * with the time in it, a request that was overheard cannot be sent again later.
 */
export function createWebhook({ url, secret, timeoutMs = 5000 }: WebhookOptions): EventReceiver {
  return async ({ key, sequence, type, createdAt, payload }) => {
    const id = `${key}:${sequence}`
    const body = JSON.stringify({ id, type, createdAt, data: payload })
    const seconds = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-storefront-event': id,
        'x-storefront-signature': `t=${seconds},v1=${signature}`,
      },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
  }
}

/** For a service without a webhook: events are only logged. */
export function createLogReceiver(logger: Logger): EventReceiver {
  return async ({ key, sequence, type }) => {
    logger.info({ key, sequence, type }, 'event')
  }
}
