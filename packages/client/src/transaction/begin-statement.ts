import { OptionError } from '../errors/option-error.js'
import { asOfExpression } from '../read/as-of.js'
import type { TransactionOptions } from './transaction.js'

/**
 * The BEGIN of a transaction. https://www.cockroachlabs.com/docs/v26.2/begin-transaction
 *
 * @throws OptionError for values that are none, since they are inlined.
 */
export function beginStatement(options: TransactionModes): string {
  const modes = transactionModes(options)
  return modes === undefined ? 'BEGIN' : `BEGIN ${modes}`
}

/** What of a transaction's options the server is told. */
export type TransactionModes = Pick<TransactionOptions, 'isolation' | 'readOnly' | 'priority' | 'asOf'>

/** Whether nothing can be in doubt after a transaction whose end nobody knows: it is just run again. */
export function onlyReads({ readOnly, asOf }: Pick<TransactionOptions, 'readOnly' | 'asOf'>): boolean {
  return readOnly === true || asOf !== undefined
}

/** The modes behind BEGIN or SET TRANSACTION; undefined when there is none to set. */
export function transactionModes(options: TransactionModes): string | undefined {
  if (options.asOf !== undefined && options.readOnly === false)
    throw new OptionError('readOnly', 'a transaction in the past can only read')
  const modes = [
    options.isolation === undefined
      ? undefined
      : `ISOLATION LEVEL ${lookUp(isolations, options.isolation, 'isolation')}`,
    options.readOnly === undefined ? undefined : options.readOnly ? 'READ ONLY' : 'READ WRITE',
    options.priority === undefined || options.priority === 'normal'
      ? undefined
      : `PRIORITY ${lookUp(priorities, options.priority, 'priority')}`,
    options.asOf === undefined ? undefined : `AS OF SYSTEM TIME ${asOfExpression(options.asOf)}`,
  ].filter(mode => mode !== undefined)
  return modes.length === 0 ? undefined : modes.join(', ')
}

const isolations: ReadonlyMap<string, string> = new Map([
  ['serializable', 'SERIALIZABLE'],
  ['read committed', 'READ COMMITTED'],
])

const priorities: ReadonlyMap<string, string> = new Map([
  ['low', 'LOW'],
  ['normal', 'NORMAL'],
  ['high', 'HIGH'],
])

function lookUp(words: ReadonlyMap<string, string>, value: unknown, option: string): string {
  const word = words.get(String(value).toLowerCase())
  if (word === undefined) throw new OptionError(option, `it must be one of ${[...words.keys()].join(', ')}`)
  return word
}
