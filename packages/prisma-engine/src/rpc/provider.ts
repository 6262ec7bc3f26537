import type { Datamodel } from '../load/schema-engine.js'
import { PrismaEngineError } from '../prisma-engine-error.js'

/** The `provider` of the datasource of a schema, and the file that says it; undefined where there is none. */
function providerOf(
  datamodels: readonly Datamodel[],
): { readonly provider: string; readonly file: string } | undefined {
  for (const [file, content] of datamodels) {
    const provider = datasourceProvider.exec(content)?.[2]
    if (provider !== undefined) return { provider, file }
  }
  return undefined
}

/**
 * Whether the schema and the server fit, before anything is planned.
 *
 * @throws PrismaEngineError `CERCI_PRISMA_PROVIDER`, `CERCI_PRISMA_NOT_COCKROACHDB`
 */
export function checkProvider(datamodels: readonly Datamodel[], version: string): void {
  const found = providerOf(datamodels)
  if (found === undefined) return
  const isCockroach = version.includes('CockroachDB')
  if (isCockroach && found.provider === 'postgresql')
    throw new PrismaEngineError('CERCI_PRISMA_PROVIDER', { file: found.file })
  if (!isCockroach && found.provider === 'cockroachdb')
    throw new PrismaEngineError('CERCI_PRISMA_NOT_COCKROACHDB', {
      file: found.file,
      version: version.split(' ', 2).join(' '),
    })
}

/** Says another provider in the datasource of a schema. */
export function withProvider(content: string, provider: string): string {
  return content.replace(datasourceProvider, (_, before: string) => `${before}"${provider}"`)
}

/** Up to the provider of a datasource block. Prisma's schema language has no nested blocks there, and comments begin with two slashes. */
const datasourceProvider = /(^\s*datasource\s+\w+\s*\{(?:[^}]*\n)?\s*provider\s*=\s*)"([^"]*)"/m
