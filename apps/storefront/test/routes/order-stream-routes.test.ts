import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { registerUser, servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('the stream of an order on %s', async (_, createServer) => {
  const { api, admin, cluster, services } = await startTestStorefront(createServer)
  const buyer = await registerUser(api)
  const product = await admin.post('/products', { sku: 'A', name: 'A', price: '1', stock: 9 })
  const items = [{ productId: product.body.id, quantity: 1 }]
  const placed = await buyer.api.once(`/users/${buyer.id}/orders`, { items })
  const path = placed.headers.get('location') ?? ''

  test('tells each change and ends with the last', async () => {
    const stream = buyer.api.get(`${path}/events`)
    await admin.send('PUT', `${path}/status`, { body: { status: 'paid' } })
    await buyer.api.post(`${path}/cancellation`, undefined)
    const { headers, body } = await stream
    expect(headers.get('content-type')).toBe('text/event-stream')
    const states = [...body.matchAll(/^id: (\d+)\nevent: status\ndata: (.*)$/gm)].map(([, id, data]) => [
      Number(id),
      JSON.parse(data),
    ])
    expect(states.at(-1)).toEqual([3, { status: 'cancelled', version: 3 }])
    for (const [id, { version }] of states) expect(version).toBe(id)
  })

  test('goes on after the last event that was seen', async () => {
    const rest = await buyer.api.get(`${path}/events`, { headers: { 'last-event-id': '2' } })
    expect(rest.body.match(/^id: .*/gm)).toEqual(['id: 3'])
    const nothing = await buyer.api.get(`${path}/events`, { headers: { 'last-event-id': '3' } })
    expect(nothing.body).not.toContain('id:')
    const wrong = await buyer.api.get(`${path}/events`, { headers: { 'last-event-id': 'x' } })
    expect(wrong.status).toBe(400)
  })

  test('tells at once what this process has changed, and many streams share one statement', async () => {
    const again = await buyer.api.once(`/users/${buyer.id}/orders`, { items })
    const order = again.headers.get('location') ?? ''
    const looks: string[] = []
    const end = cluster.observe({
      statement: ({ text }) => {
        if (text.includes('o.status, o.version')) looks.push(text)
        return undefined
      },
    })
    const streams = Array.from({ length: 10 }, () => buyer.api.get(`${order}/events`))
    while (looks.length < 11) await new Promise(resolve => setTimeout(resolve, 5))
    await buyer.api.post(`${order}/cancellation`, undefined)
    for (const { body } of await Promise.all(streams)) expect(body.match(/^id: .*/gm)?.at(-1)).toBe('id: 2')
    end()
    // One for each stream as it begins, and then those of the watch, which looks twice a second.
    expect(looks.length).toBeLessThan(30)
  })

  test('is given to one user only so often at a time', async () => {
    const again = await buyer.api.once(`/users/${buyer.id}/orders`, { items })
    const order = again.headers.get('location') ?? ''
    const streams = await Promise.all(
      Array.from({ length: 25 }, () => fetch(`${buyer.api.address}${order}/events`, { headers: buyer.api.headers })),
    )
    const refused = streams.filter(({ status }) => status !== 200)
    expect(refused.map(({ status }) => status)).toEqual(Array(5).fill(503))
    await buyer.api.post(`${order}/cancellation`, undefined)
    await Promise.all(streams.map(stream => stream.text()))
    expect((await buyer.api.get(`${order}/events`)).status).toBe(200)
  })

  test('counts from the moment it is given, and as long as somebody may read it', async () => {
    const again = await buyer.api.once(`/users/${buyer.id}/orders`, { items })
    const order = { userId: buyer.id, orderId: again.body.id }
    const streams = await Promise.all(Array.from({ length: 20 }, () => services.orderStreams.follow(order, 0)))
    const events = `${api.address}/users/${buyer.id}/orders/${order.orderId}/events`
    const one = () => fetch(events, { headers: buyer.api.headers })
    expect((await one()).status).toBe(503)
    streams[0]?.end()
    const leaving = new AbortController()
    const taken = await fetch(events, { headers: buyer.api.headers, signal: leaving.signal })
    expect(taken.status).toBe(200)
    expect((await one()).status).toBe(503)
    leaving.abort()
    await vi.waitFor(async () => expect((await one()).status).toBe(200), { timeout: 60_000 })
    for (const { end } of streams) end()
    await buyer.api.post(`/users/${buyer.id}/orders/${order.orderId}/cancellation`, undefined)
  }, 90_000)

  test('is not there for an order that is not', async () => {
    const answer = await buyer.api.get(`/users/${buyer.id}/orders/${randomUUID()}/events`)
    expect(answer).toMatchObject({ status: 404, body: { code: 'order-not-found' } })
  })
})
