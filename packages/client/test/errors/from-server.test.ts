import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { fromServer } from '../../src/errors/from-server.js'

function serverError(fields: Partial<DatabaseError> & { message: string }): DatabaseError {
  return Object.assign(new DatabaseError(fields.message, 1, 'error'), { severity: 'ERROR', ...fields })
}

describe('fromServer', () => {
  it('reads what PostgreSQL puts into fields', () => {
    const raw = serverError({
      code: '23505',
      message: 'duplicate key value violates unique constraint "users_email_key"',
      detail: 'Key (email)=(a@b) already exists.',
      schema: 'public',
      table: 'users',
      constraint: 'users_email_key',
    })
    expect(fromServer(raw)).toMatchObject({
      code: 'CERCI_UNIQUE_VIOLATION',
      schema: 'public',
      table: 'users',
      columns: ['email'],
      constraint: 'users_email_key',
      cause: raw,
      sqlState: '23505',
    })
    const message = (fromServer(raw) as Error).message
    expect(message).not.toContain('a@b')
  })

  it('reads what CockroachDB only says in words', () => {
    expect(
      fromServer(serverError({ code: '23502', message: 'null value in column "name" violates not-null constraint' })),
    ).toMatchObject({ code: 'CERCI_NOT_NULL_VIOLATION', column: 'name' })
    expect(
      fromServer(
        serverError({
          code: '23503',
          message: 'insert on table "orders" violates foreign key constraint "orders_user_id_fkey"',
          detail: 'Key (user_id)=(1) is not present in table "users".',
        }),
      ),
    ).toMatchObject({
      code: 'CERCI_FOREIGN_KEY_VIOLATION',
      table: 'orders',
      columns: ['user_id'],
      constraint: 'orders_user_id_fkey',
    })
    expect(
      fromServer(
        serverError({
          code: '23514',
          message: 'failed to satisfy CHECK constraint (balance >= 0:::INT8)',
          constraint: 'check_balance',
        }),
      ),
    ).toMatchObject({ code: 'CERCI_CHECK_VIOLATION', constraint: 'check_balance' })
  })

  it('takes keys of several columns, quoted names and expressions apart', () => {
    const raw = serverError({
      code: '23505',
      message: 'duplicate',
      detail: 'Key (a, "B, ""c", lower(d, e))=(1, 2, 3) already exists.',
    })
    expect(fromServer(raw)).toMatchObject({ columns: ['a', 'B, "c', 'lower(d, e)'] })
  })

  it.each([
    ['55P03', 'CERCI_LOCK_NOT_AVAILABLE'],
    ['58C00', 'CERCI_RANGE_UNAVAILABLE'],
  ])('takes %s for %s', (code, expected) => {
    expect(fromServer(serverError({ code, message: 'x' }))).toMatchObject({ code: expected })
  })

  it('passes everything else on', () => {
    for (const other of [serverError({ code: '42601', message: 'syntax' }), new Error('x'), undefined, 'text'])
      expect(fromServer(other)).toBe(other)
  })
})
