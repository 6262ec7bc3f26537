import { Type } from 'typebox'
import { type ProblemCode, type ProblemKind, problemTable } from '../errors/problem-table.js'
import { StorefrontError } from '../errors/storefront-error.js'
import { type Route, route } from './route.js'
import { plainText } from './schemas/primitives.js'
import { entity } from './schemas/schema.js'

const problemKind = entity<ProblemKind>('ProblemKind', {
  status: Type.Unsafe<number>({ type: 'integer' }),
  title: plainText,
  action: plainText,
})

const tag = 'Documentation'

/** Nothing but this host may be loaded from or sent to. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  // The files belong together, so none of them may be older than the others.
  'cache-control': 'no-cache',
}

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

export const documentationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/',
    access: 'anyone',
    tag,
    summary: 'A page to read about every route and to try it.',
    status: 200,
    produces: 'text/html; charset=utf-8',
    response: plainText,
    async handle(_, { documents }) {
      return { body: documents.page.get('index.html') ?? '', headers: pageHeaders }
    },
  }),
  route({
    method: 'GET',
    path: '/page/{file}',
    access: 'anyone',
    tag,
    summary: 'A part of that page.',
    params: Type.Object({ file: Type.String({ pattern: '^[a-z.]{1,40}$', description: 'The name of a file of it.' }) }),
    status: 200,
    produces: 'text/*',
    response: plainText,
    problems: ['route-not-found'],
    async handle({ params }, { documents }) {
      const [body, mediaType] = [documents.page.get(params.file), mediaTypes[params.file.replace(/^.*[.]/, '')]]
      if (body === undefined || mediaType === undefined) throw new StorefrontError('route-not-found')
      return { body, headers: { ...pageHeaders, 'content-type': mediaType } }
    },
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    access: 'anyone',
    tag,
    summary: 'This interface as an OpenAPI 3.1 document.',
    status: 200,
    produces: 'application/json; charset=utf-8',
    response: plainText,
    async handle(_, { documents }) {
      return { body: documents.openApi }
    },
  }),
  route({
    method: 'GET',
    path: '/problems/{code}',
    access: 'anyone',
    tag,
    summary: 'What a problem means and what to do next; the `type` of every problem points here.',
    params: Type.Object({ code: Type.String({ pattern: '^[a-z-]{1,60}$', description: 'The code of a problem.' }) }),
    status: 200,
    response: problemKind,
    problems: ['route-not-found'],
    async handle({ params }) {
      if (!isProblemCode(params.code)) throw new StorefrontError('route-not-found')
      return { body: problemTable[params.code] }
    },
  }),
]

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemTable, code)
}
