import { DevClusterError } from '../dev-cluster-error.js'
import { isObject } from './admin-request.js'
import type { AdminRoute } from './admin-route.js'

/** What hands out databases. */
export interface DatabaseSubject {
  createDatabase(options: { readonly template?: string }): Promise<{
    readonly name: string
    readonly url: string
    readonly nodeUrls: readonly string[]
  }>
  /** @throws {DevClusterError} `CERCI_DATABASE_UNKNOWN` */
  dropDatabase(name: string): void
}

/** A database for each file of tests, wherever its process is. */
export const databaseRoutes: readonly AdminRoute<DatabaseSubject>[] = [
  {
    method: 'POST',
    path: /^\/api\/databases$/,
    handle: async ({ subject, json }) => {
      const { name, url, nodeUrls } = await subject.createDatabase(optionsOf(await json()))
      return { status: 201, body: { name, url, nodeUrls } }
    },
  },
  {
    method: 'DELETE',
    path: /^\/api\/databases\/([^/]+)$/,
    handle: ({ subject, parameters: [name = ''] }) => {
      subject.dropDatabase(name)
      return { status: 202, body: { name } }
    },
  },
]

function optionsOf(body: unknown): { readonly template?: string } {
  if (!isObject(body)) throw new DevClusterError('CERCI_ADMIN_BODY', { reason: 'not an object' })
  const template = 'template' in body ? body.template : undefined
  if (template === undefined) return {}
  if (typeof template === 'string') return { template }
  throw new DevClusterError('CERCI_ADMIN_BODY', { reason: 'an object whose `template` is no text' })
}
