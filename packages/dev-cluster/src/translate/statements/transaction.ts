import { type NodeOf, printName, type TransactionMode } from '@cerci/sql'
import type { AsOf } from '../as-of/as-of.js'
import { parseAsOfTime } from '../as-of/parse-as-of.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import type { TransactionModes } from '../transaction-modes.js'
import type { TranslationEffect } from '../translation.js'
import { grantedIsolation } from './granted-isolation.js'
import type { Outcome } from './outcome.js'

/** BEGIN: PostgreSQL's own modes stay, PRIORITY and AS OF SYSTEM TIME are the session's to act on. */
export function translateBegin(node: NodeOf<'begin'>, rewrite: Rewrite): Outcome {
  const { modes, asOf } = readModes(node.modes, rewrite)
  const upgraded = modes.isolation === undefined ? upgradedDefault(rewrite) : undefined
  if (upgraded !== undefined) modes.isolation = upgraded
  if (node.modes.length === 0 && modes.isolation === undefined) return { kind: 'begin' }
  return {
    kind: 'begin',
    sql: `BEGIN${printModes(modes, asOf)}`,
    transaction: modes,
    ...(asOf && { asOf }),
    ...effect(modes),
  }
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS AS TRANSACTION. */
export function translateSetTransaction(node: NodeOf<'set-transaction'>, rewrite: Rewrite): Outcome {
  const { modes, asOf } = readModes(node.modes, rewrite)
  if (node.session) return setSessionCharacteristics(modes)
  const printed = printModes(modes, asOf)
  // PostgreSQL has nothing to set for a priority; the statement must still fail in a failed transaction.
  const sql =
    printed === ''
      ? `SET LOCAL crdb.transaction_priority = '${modes.priority ?? 'normal'}'`
      : `SET TRANSACTION${printed}`
  return { kind: 'set', sql, tag: 'SET', transaction: modes, ...(asOf && { asOf }), ...effect(modes) }
}

function setSessionCharacteristics(modes: TransactionModes): Outcome {
  const printed = printModes(modes, undefined)
  const priority = modes.priority
  if (printed === '' && priority !== undefined) {
    return {
      kind: 'set',
      sql: `SET crdb.default_transaction_priority = '${priority}'`,
      effect: { set: 'default_transaction_priority', value: priority, local: false },
    }
  }
  const sql = `SET SESSION CHARACTERISTICS AS TRANSACTION${printed}`
  const { isolation } = modes
  if (isolation === undefined) return { kind: 'set', sql }
  return { kind: 'set', sql, effect: { set: 'default_transaction_isolation', value: isolation, local: false } }
}

export function translateCommit(): Outcome {
  return { kind: 'commit', sql: 'COMMIT' }
}

export function translateRollback(): Outcome {
  return { kind: 'rollback', sql: 'ROLLBACK' }
}

export function translateSavepoint(node: NodeOf<'savepoint'>): Outcome {
  return { kind: 'savepoint', savepoint: node.name, sql: `SAVEPOINT ${printName(node.name)}` }
}

export function translateRelease(node: NodeOf<'release'>): Outcome {
  return { kind: 'release', savepoint: node.name, sql: `RELEASE SAVEPOINT ${printName(node.name)}` }
}

export function translateRollbackTo(node: NodeOf<'rollback-to'>): Outcome {
  return { kind: 'rollback-to', savepoint: node.name, sql: `ROLLBACK TO SAVEPOINT ${printName(node.name)}` }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

interface ReadModes {
  readonly modes: Writable<TransactionModes>
  readonly asOf: AsOf | undefined
}

function readModes(list: readonly TransactionMode[], rewrite: Rewrite): ReadModes {
  const modes: Writable<TransactionModes> = {}
  let asOf: AsOf | undefined
  for (const mode of list) {
    switch (mode.mode) {
      case 'isolation':
        modes.isolation = grantedIsolation(mode.level, rewrite)
        break
      case 'priority':
        modes.priority = mode.priority === 'low' || mode.priority === 'high' ? mode.priority : 'normal'
        break
      case 'access':
        modes.readOnly = mode.readOnly
        break
      case 'deferrable':
        break
      case 'as-of':
        asOf = parseAsOfTime(mode.asOf, rewrite)
        modes.readOnly ??= true
    }
  }
  return { modes, asOf }
}

/** What the session's default has become, when it was set while the cluster's settings allowed it, and they no longer do. */
function upgradedDefault(rewrite: Rewrite): TransactionModes['isolation'] {
  const level = rewrite.variable('default_transaction_isolation')
  const granted = grantedIsolation(level, rewrite)
  return granted === level ? undefined : granted
}

function printModes({ isolation, readOnly }: TransactionModes, asOf: AsOf | undefined): string {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`
  const access = asOf || readOnly === true ? ' READ ONLY' : readOnly === false ? ' READ WRITE' : ''
  return level + access
}

function effect({ priority }: TransactionModes): { readonly effect?: TranslationEffect } {
  return priority === undefined ? {} : { effect: { set: 'transaction_priority', value: priority, local: true } }
}
