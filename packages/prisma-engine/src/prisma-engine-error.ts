/** Every error of this package, by its stable code. `{name}` stands for a detail. */
export const prismaEngineErrors = {
  CERCI_PRISMA_MISSING:
    '{package} is not installed where {from} can find it. Run `npm install --save-dev prisma@{prisma} @prisma/schema-engine-wasm@{glue}`.',
  CERCI_PRISMA_VERSION:
    '{package} is version {found}, and the engine without a download is known to work with {expected} only. Run `npm install --save-dev --save-exact prisma@{prisma} @prisma/schema-engine-wasm@{glue}`, or let Prisma download its own engine by calling `prisma` directly.',
  CERCI_PRISMA_ENGINE_BROKEN:
    "Prisma's WebAssembly engine did not pass its smoke test: {reason}. Reinstall prisma@{prisma} and @prisma/schema-engine-wasm@{glue}.",
  CERCI_PRISMA_ENGINE_PATH:
    'The engine program {path} cannot be executed: {reason}. Reinstall @cerci/prisma-engine, or run `chmod +x` on it.',
  CERCI_PRISMA_ENGINE_FAILED:
    'Prisma reports success, but its engine failed ({reason}), so nothing is known to be done. Look with `cerci prisma migrate status`.',
  CERCI_PRISMA_UNSUPPORTED: '{what} is not possible without the downloaded engine. {next}',
  CERCI_PRISMA_ARGUMENTS:
    'The engine was started with arguments that it does not know: {given}. It is started by prisma itself.',
  CERCI_PRISMA_PROVIDER:
    'The database is CockroachDB, but the datasource in {file} says `provider = "postgresql"`. Write `provider = "cockroachdb"`, and in migration_lock.toml as well: for PostgreSQL Prisma would plan SERIAL, TEXT and sequences that CockroachDB reports back as other types, so that every run would find a drift.',
  CERCI_PRISMA_NOT_COCKROACHDB:
    'The schema in {file} is for CockroachDB, but the server answers as {version}. Check the connection string of prisma.config.ts.',
  CERCI_PRISMA_SHADOW_URL:
    'A shadowDatabaseUrl is configured. Remove it: the engine creates a shadow database beside {database} by itself and drops it again, and it never touches a database that it did not make.',
  CERCI_PRISMA_LOCK_TIMEOUT:
    'Another migration of {database} has held the lock for {seconds} s. Wait for it, or end it: the lock goes with its connection, whose application_name is `cerci prisma`.',
  CERCI_PRISMA_LOCK_LOST:
    'The connection that held the migration lock of {database} was lost ({reason}), so nothing more is changed. Run the command again; `migrate status` says what was applied.',
  CERCI_PRISMA_INTERRUPTED: 'The migration was interrupted before this statement was sent.',
} as const

export type PrismaEngineErrorCode = keyof typeof prismaEngineErrors

/** What cannot be done, and what to do instead. Recognise it by `code`. */
export class PrismaEngineError extends Error {
  readonly code: PrismaEngineErrorCode

  constructor(code: PrismaEngineErrorCode, details: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(
      prismaEngineErrors[code].replaceAll(/\{(\w+)\}/g, (whole, name: string) => details[name] ?? whole),
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }

  static {
    this.prototype.name = 'PrismaEngineError'
  }
}
