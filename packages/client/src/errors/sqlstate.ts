/**
 * SQLSTATEs that the client acts on, by the names PostgreSQL and CockroachDB give them.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html and CockroachDB's pkg/sql/pgwire/pgcode.
 */
export const SqlState = {
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  /** CockroachDB before 1.0 called serialization failures so; poolers and proxies may still. */
  legacySerializationFailure: 'CR000',
  statementCompletionUnknown: '40003',
  transactionResolutionUnknown: '08007',
  /** A network error between two nodes; whether a write happened is unknown. */
  internalConnectionFailure: '58C01',
  rangeUnavailable: '58C00',
  /** The transaction is committed, but its schema change failed. */
  committedWithSchemaChangeFailure: 'XXA00',
  inFailedTransaction: '25P02',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  queryCanceled: '57014',
  lockNotAvailable: '55P03',
  featureNotSupported: '0A000',
  invalidStatementName: '26000',
  invalidPassword: '28P01',
  invalidCatalogName: '3D000',
  undefinedObject: '42704',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  invalidSchemaName: '3F000',
  duplicateObject: '42710',
  duplicateTable: '42P07',
  duplicateColumn: '42701',
  duplicateSchema: '42P06',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  checkViolation: '23514',
  notNullViolation: '23502',
} as const
