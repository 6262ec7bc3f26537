import { randomUUID } from 'node:crypto'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { describeBrowser } from '../fixture/browser.js'
import { password, startTestStorefront } from '../fixture/storefront.js'

/** A page of the storefront, and all that a browser can find fault with. */
interface Visit {
  readonly page: Page
  readonly faults: readonly string[]
}

// A browser on a busy machine takes its time, and nothing here is about time.
vi.setConfig({ testTimeout: 120_000 })

describeBrowser('the page in a browser', async browser => {
  const { api, admin } = await startTestStorefront()

  async function visit(options: Parameters<Browser['newPage']>[0] = {}): Promise<Visit & AsyncDisposable> {
    const page = await (await browser()).newPage(options)
    const faults: string[] = []
    page.on('pageerror', error => faults.push(`threw ${error.message}`))
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
    })
    page.on('request', request => {
      if (!request.url().startsWith(api.address)) faults.push(`asked ${request.url()}`)
    })
    await page.goto(api.address)
    await page.locator('details.operation').first().waitFor()
    return { page, faults, [Symbol.asyncDispose]: () => page.close() }
  }

  test('leads from nothing to an order and a transfer, each form filled with what was seen before', async () => {
    await using visited = await visit()
    const { page, faults } = visited
    await signIn(page)
    const [email, sku] = [`${randomUUID()}@example.com`, randomUUID()]

    const register = await open(page, 'POST', '/users')
    await register.getByLabel('Body').fill(JSON.stringify({ email, name: 'Ada', password }))
    const [registered, user] = await send(register)
    expect([registered, user.email]).toEqual(['201 Created', email])

    const add = await open(page, 'POST', '/products')
    const example = await bodyOf(add)
    await add.getByLabel('Body').fill(JSON.stringify({ ...example, sku, stock: 5 }))
    const [, product] = await send(add)
    expect(product).toMatchObject({ sku, stock: 5 })

    const place = await open(page, 'POST', '/users/{userId}/orders')
    await place.getByLabel('userId').fill(String(user.id))
    expect(await bodyOf(place)).toEqual({
      items: [{ productId: product.id, quantity: 1 }],
    })
    const [placed, order] = await send(place)
    expect([placed, order.status, order.userId]).toEqual(['201 Created', 'placed', user.id])

    const account = await open(page, 'POST', '/users/{userId}/accounts')
    await account.getByLabel('userId').fill(String(user.id))
    const ids: unknown[] = []
    for (const openingBalance of ['100', '0']) {
      await account.getByLabel('idempotency-key').fill(randomUUID())
      await account.getByLabel('Body').fill(JSON.stringify({ openingBalance }))
      const [opened, { id }] = await send(account)
      expect(opened).toBe('201 Created')
      ids.unshift(id)
    }
    const transfer = await open(page, 'POST', '/transfers')
    expect(await bodyOf(transfer)).toEqual({
      fromAccountId: ids[0],
      toAccountId: ids[1],
      amount: '12.50',
    })
    await transfer.getByLabel('Body').fill(JSON.stringify({ fromAccountId: ids[1], toAccountId: ids[0], amount: '1' }))
    expect((await send(transfer))[0]).toBe('201 Created')
    expect((await admin.get(`/accounts/${String(ids[0])}`)).body.balance).toBe('1.00')
    expect(faults).toEqual([])
  })

  test('shows a problem as it is, and the same request for curl', async () => {
    await using visited = await visit()
    const { page } = visited
    const panel = await open(page, 'GET', '/products/{productId}')
    await panel.getByLabel('productId').fill("it's none")
    const [status, problem] = await send(panel)
    expect([status, problem.code]).toEqual(['400 Bad Request', 'invalid-request'])
    await panel.getByText('as curl').click()
    const curl = await panel.locator('.answer details pre').textContent()
    expect(curl).toBe(`curl -X GET '${api.address}/products/it'\\''s%20none'`)
  })

  test('shows a stream as it comes, and lets go of it', async () => {
    const { body: user } = await admin.post('/users', { email: `${randomUUID()}@example.com`, name: 'Ada', password })
    const { body: product } = await admin.post('/products', { sku: randomUUID(), name: 'A', price: '1', stock: 1 })
    const orders = `/users/${user.id}/orders`
    const { body: order } = await admin.once(orders, { items: [{ productId: product.id, quantity: 1 }] })
    await using visited = await visit()
    const { page, faults } = visited
    await signIn(page)
    const panel = await open(page, 'GET', '/users/{userId}/orders/{orderId}/events')
    await panel.getByLabel('userId').fill(user.id)
    await panel.getByLabel('orderId').fill(order.id)
    await panel.getByRole('button', { name: 'Send' }).click()
    await panel.getByText('"status":"placed"').waitFor()
    await admin.send('PUT', `${orders}/${order.id}/status`, { body: { status: 'paid' } })
    await panel.getByText('"status":"paid"').waitFor()
    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' })
    expect(faults).toEqual([])
  })

  test('filters the routes, and signs out', async () => {
    await using visited = await visit()
    const { page, faults } = visited
    await page.getByLabel('Filter the routes').fill('transfers get')
    const shown = page.locator('details.operation:visible > summary code:nth-child(2)')
    expect(await shown.allTextContents()).toEqual(['/transfers/{transferId}'])
    await page.getByLabel('Filter the routes').fill('')
    await signIn(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Not signed in.').waitFor()
    const panel = await open(page, 'GET', '/users')
    expect((await send(panel))[1]).toMatchObject({ code: 'unauthenticated' })
    // The browser itself reports an answer of 401.
    expect(faults.filter(fault => !fault.includes('401'))).toEqual([])
  })

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
    ['dark', 320],
  ] as const)('can be read %s, at a width of %i', async (colorScheme, width) => {
    await using visited = await visit({ colorScheme, viewport: { width, height: 800 } })
    const { page } = visited
    const panel = await open(page, 'GET', '/products')
    expect((await send(panel))[0]).toBe('200 OK')
    await panel.getByText('What can go wrong').click()
    await open(page, 'POST', '/users/{userId}/orders')
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    expect(await page.evaluate(`(${faintTexts.toString()})()`)).toEqual([])
  })
})

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill('admin@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Signed in as admin@example.com, an administrator.').waitFor()
}

/** Opens the form of a route. */
async function open(page: Page, method: string, path: string): Promise<Locator> {
  const panel = page
    .locator('details.operation')
    .filter({ has: page.locator(`summary > code.${method}`) })
    .filter({ has: page.locator('summary > code', { hasText: new RegExp(`^${path.replaceAll(/[{}]/g, '[$&]')}$`) }) })
  await panel.locator('> summary').click()
  return panel
}

/** What a form was filled with: a moment after it was opened. */
function bodyOf(panel: Locator): Promise<Record<string, unknown>> {
  return vi.waitFor(async () => JSON.parse(await panel.getByLabel('Body').inputValue()), { timeout: 30_000 })
}

/** Sends what is in the form; the status, and the answer as JSON. */
async function send(panel: Locator): Promise<readonly [status: string, body: Record<string, unknown>]> {
  await panel.getByRole('button', { name: 'Send' }).click()
  const status = panel.locator('.answer strong').filter({ hasText: /^\d/ })
  await status.waitFor()
  // Until the whole answer is there, and remembered.
  await panel.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' })
  const text = await panel.locator('.answer > pre').textContent()
  return [(await status.textContent()) ?? '', JSON.parse(text ?? '')]
}

/** Runs in the page: texts with less contrast than WCAG 2.2 asks for, 4.5 to 1. https://www.w3.org/TR/WCAG22/#contrast-minimum */
function faintTexts(): readonly string[] {
  /* oxlint-disable typescript/no-explicit-any, unicorn/consistent-function-scoping -- sent to the page as a text: whatever it needs is in it, and the tests have no types for its world */
  const { document, getComputedStyle }: any = globalThis
  const numbers = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = numbers(colour).map(part => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const background = (of: any): string => {
    const colour: string = getComputedStyle(of).backgroundColor
    if (numbers(colour)[3] !== 0) return colour
    return of.parentElement === null
      ? getComputedStyle(document.documentElement).backgroundColor
      : background(of.parentElement)
  }
  const faint: string[] = []
  for (const each of document.querySelectorAll('body *')) {
    const text = [...each.childNodes]
      .filter(node => node.nodeType === 3)
      .map(node => node.textContent.trim())
      .join('')
    if (text === '' || each.checkVisibility() === false) continue
    const [one = 0, other = 0] = [luminance(getComputedStyle(each).color), luminance(background(each))].toSorted(
      (a, b) => b - a,
    )
    const contrast = (one + 0.05) / (other + 0.05)
    if (contrast < 4.5) faint.push(`${each.tagName} ${each.className} "${text.slice(0, 30)}" ${contrast.toFixed(2)}`)
  }
  return faint
}
