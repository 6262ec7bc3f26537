import type { Account, StatementEntry } from '../../entities/account.js'
import { money, signedMoney, timestamp, uuid } from './primitives.js'
import { entity, nullable, type Schema } from './schema.js'

export const account: Schema<Account> = entity<Account>('Account', {
  id: uuid,
  userId: nullable(uuid),
  balance: money,
  createdAt: timestamp,
})

export const statementEntry: Schema<StatementEntry> = entity<StatementEntry>('StatementEntry', {
  transferId: uuid,
  counterpartyId: uuid,
  amount: signedMoney,
  createdAt: timestamp,
})
