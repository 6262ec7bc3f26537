import { printString } from '@cerci/sql'
import type { Translation } from '../../translate/translation.js'
import type { ExchangeError } from '../backend/exchange.js'
import type { SessionContext } from '../session-context.js'
import type { Statement } from './statement.js'

/** Whether a statement's plan has to be looked at before it runs. */
export function checksPlan({ variables, transaction }: SessionContext, { kind, tag }: Translation): boolean {
  if (kind !== 'read' && kind !== 'write') return false
  return tag === undefined && transaction?.phase !== 'failed' && variables.isOn('disallow_full_table_scans')
}

/**
 * Refuses what would read all of a table, as `disallow_full_table_scans` demands.
 *
 * @returns why it cannot run
 */
export async function refuseFullScans(
  context: SessionContext,
  { text, translation }: Statement,
): Promise<ExchangeError | undefined> {
  const check = `SELECT crdb_internal.cerci_refuse_full_scans(${printString(translation.sql)}, ${printString(text.trim().replace(/;$/, ''))})`
  return (await context.backend.run(check)).error
}
