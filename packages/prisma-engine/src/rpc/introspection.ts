import { PrismaEngineError } from '../prisma-engine-error.js'
import { withProvider } from './provider.js'

/**
 * `db pull`. The WebAssembly engine knows its connector as `postgresql` only, and would read CockroachDB's own types and defaults in models as
 * mistakes. So it is given the datasource and the generators alone, under that name, and the new schema gets the right name again.
 *
 * @throws PrismaEngineError `CERCI_PRISMA_UNSUPPORTED` where models would have to be kept, which this cannot do
 */
export function introspectionFor(params: unknown): unknown {
  if (!isRecord(params)) return params
  const files = schemaFiles(params)
  if (params.force !== true && files.some(({ content }) => blocksOf(content).some(isModel)))
    throw new PrismaEngineError('CERCI_PRISMA_UNSUPPORTED', {
      what: 'Merging the database into a schema that has models already',
      next: 'Run `cerci prisma db pull --force`, which writes all models anew, or with `--print` as well, which only shows them.',
    })
  return { ...params, schema: { files: files.map(({ path, content }) => ({ path, content: withoutModels(content) })) } }
}

export function introspected(result: unknown): unknown {
  if (!isRecord(result)) return result
  const files = schemaFiles(result)
  return {
    ...result,
    schema: { files: files.map(({ path, content }) => ({ path, content: withProvider(content, 'cockroachdb') })) },
  }
}

function withoutModels(content: string): string {
  return withProvider(
    blocksOf(content)
      .filter(block => !isModel(block))
      .join('\n\n'),
    'postgresql',
  )
}

/** The blocks of a schema: in Prisma's language each ends with a brace at the beginning of a line. */
function blocksOf(content: string): string[] {
  return [...content.matchAll(/^[ \t]*\w+[ \t]+\w+[ \t]*\{[\s\S]*?^[ \t]*\}/gm)].map(([block]) => block)
}

function isModel(block: string): boolean {
  return !/^\s*(?:datasource|generator)\b/.test(block)
}

function schemaFiles(value: Readonly<Record<string, unknown>>): { path: string; content: string }[] {
  const files = isRecord(value.schema) && Array.isArray(value.schema.files) ? value.schema.files : []
  return files.flatMap((file: unknown) =>
    isRecord(file) && typeof file.path === 'string' && typeof file.content === 'string'
      ? [{ path: file.path, content: file.content }]
      : [],
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
