import { describe, expect, test } from 'vitest'
import { servers, startTestStorefront } from '../fixture/storefront.js'

describe.each(servers)('operations on %s', async (_, createServer) => {
  const { api, admin } = await startTestStorefront(createServer)

  test('says that it is alive, ready and well', async () => {
    expect(await api.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await api.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } })
    const { status, body } = await api.get('/health')
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'ok', database: { reachable: true }, pool: { max: 10, waiting: 0 } })
    expect(body.nodes.length).toBeGreaterThan(0)
    for (const node of body.nodes) expect(node.answerMs).toBeGreaterThan(0)
  })

  test('measures requests by route template', async () => {
    await admin.get('/users/6f1e7a52-8d5c-4d0a-9b7e-2f6f0f6f3c11')
    await api.get('/nowhere')
    const { body, headers } = await api.get('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/)
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/users/{userId}",status="404"} 1')
    expect(body).toContain('route="none",status="404"')
    expect(body).toMatch(/^cerci_pool_max 10$/m)
    expect(body).toMatch(/^cerci_query_duration_seconds_count/m)
  })

  test('serves its document and a page that loads nothing from elsewhere', async () => {
    const { body: document } = await api.get('/openapi.json')
    expect(document.openapi).toBe('3.1.0')
    const page = await api.get('/')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const links = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link)
    expect(links).toContain('/page/main.js')
    for (const link of links) {
      const { status, body } = await api.get(link)
      expect(status).toBe(200)
      const imports = link.endsWith('.js')
        ? [...body.matchAll(/ from '[.]([^']+)'/g)].map(([, file]) => `/page${file}`)
        : []
      for (const file of imports) expect((await api.get(file)).status).toBe(200)
    }
    expect((await api.get('/page/main.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect((await api.get('/page/style.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
    for (const file of ['index.html', 'package.json', 'nothing.js'])
      expect(await api.get(`/page/${file}`)).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
    expect((await api.get('/page/..%2Fpackage.json')).status).toBe(400)
  })

  test('explains every problem where its type points', async () => {
    const { body: problem } = await admin.get('/users/1')
    const { body } = await api.get(problem.type)
    expect(body).toEqual({ status: 400, title: problem.title, action: problem.action })
    expect(await api.get('/problems/no-such-code')).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
  })
})
