import { readFile } from 'node:fs/promises'
import type { Route } from '../routes/route.js'
import { openApiDocument } from './openapi-document.js'

/** What the service says about itself. */
export interface Documents {
  /** OpenAPI 3.1, as JSON. */
  readonly openApi: string
  /** HTML that shows it and tries it, with its style and script: nothing comes from another host. */
  readonly page: string
  readonly pageStyle: string
  readonly pageScript: string
}

export async function readDocuments(routes: readonly Route[]): Promise<Documents> {
  return {
    openApi: JSON.stringify(openApiDocument(routes), undefined, 2),
    page: await readPage('index.html'),
    pageStyle: await readPage('style.css'),
    pageScript: await readPage('try.js'),
  }
}

const folder = new URL('../../page/', import.meta.url)

function readPage(name: string): Promise<string> {
  return readFile(new URL(name, folder), 'utf8')
}
