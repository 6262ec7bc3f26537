import { fingerprint, SqlSyntaxError } from '@cerci/sql'
import type { FaultRule } from './fault.js'

/** Why a rule that has matched nothing may never match: its fingerprint is none that comes to its stage. Undefined when nothing speaks against it. */
export function faultHint({ stage, fingerprint: wanted }: FaultRule): string | undefined {
  if (wanted === undefined) return undefined
  if (stage === 'statement' && control.test(wanted))
    return "BEGIN, COMMIT, ROLLBACK, SAVEPOINT and RELEASE never come to the stage 'statement'; COMMIT comes to 'commit', and all of them to 'reply'"
  const written = writtenAs(wanted)
  if (written === undefined || written.toLowerCase().includes(wanted.trim().toLowerCase())) return undefined
  return `in fingerprints this is written ${JSON.stringify(written)}`
}

/** A part of a statement need not be one that can be read. */
function writtenAs(text: string): string | undefined {
  try {
    return fingerprint(text)
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined
    throw error
  }
}

const control = /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release)\b/i
