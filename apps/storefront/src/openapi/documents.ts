import { readFile } from 'node:fs/promises'
import type { Route } from '../routes/route.js'
import { openApiDocument } from './openapi-document.js'

/** The files of the page that shows the interface and tries it: nothing comes from another host. */
const pageFiles = [
  'index.html',
  'style.css',
  'main.js',
  'panel.js',
  'session.js',
  'memory.js',
  'example.js',
  'element.js',
] as const

/** What the service says about itself. */
export interface Documents {
  /** OpenAPI 3.1, as JSON. */
  readonly openApi: string
  /** The page's files, by their names. */
  readonly page: ReadonlyMap<string, string>
}

export async function readDocuments(routes: readonly Route[]): Promise<Documents> {
  const read = pageFiles.map(async (name): Promise<[string, string]> => [name, await readPage(name)])
  return {
    openApi: JSON.stringify(openApiDocument(routes), undefined, 2),
    page: new Map(await Promise.all(read)),
  }
}

const folder = new URL('../../page/', import.meta.url)

function readPage(name: string): Promise<string> {
  return readFile(new URL(name, folder), 'utf8')
}
