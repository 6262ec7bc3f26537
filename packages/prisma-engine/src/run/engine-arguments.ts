import { parseArgs } from 'node:util'
import { PrismaEngineError } from '../prisma-engine-error.js'
import { databaseOf } from '../session/connection-url.js'

export interface EngineArguments {
  /** The connection string. */
  readonly datasource: string
  /** Paths of schema files. */
  readonly datamodels: readonly string[]
  /** One of `cli`'s commands, instead of requests. */
  readonly command: string | undefined
}

/** @throws PrismaEngineError `CERCI_PRISMA_ARGUMENTS`, `CERCI_PRISMA_SHADOW_URL` */
export function parseEngineArguments(given: readonly string[]): EngineArguments {
  const { values, positionals } = parseArgs({
    args: [...given],
    options: {
      datasource: { type: 'string' },
      datamodels: { type: 'string', multiple: true },
      'enabled-preview-features': { type: 'string' },
      'extension-types': { type: 'string' },
    },
    allowPositionals: true,
  })
  const [first, command] = positionals
  if (first !== undefined && first !== 'cli')
    throw new PrismaEngineError('CERCI_PRISMA_ARGUMENTS', { given: given.join(' ') })
  return { datasource: readDatasource(values.datasource), datamodels: values.datamodels ?? [], command }
}

function readDatasource(json: string | undefined): string {
  const datasource: unknown = json === undefined ? undefined : JSON.parse(json)
  const url = textOf(datasource, 'url')
  if (textOf(datasource, 'shadowDatabaseUrl') !== '')
    throw new PrismaEngineError('CERCI_PRISMA_SHADOW_URL', { database: databaseOf(url) })
  return url
}

function textOf(value: unknown, name: string): string {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof field === 'string' ? field : ''
}
