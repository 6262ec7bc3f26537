import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { DevClusterError } from '../../dev-cluster-error.js'

const run = promisify(execFile)
/** Draining waits for clients; nothing else takes this long. */
const DEADLINE_MS = 15 * 60_000

/**
 * Runs a program to its end.
 *
 * @throws {DevClusterError} `CERCI_COMMAND_MISSING`, `CERCI_COMMAND_FAILED` with what it said
 */
export async function runCommand(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(program, args, { timeout: DEADLINE_MS, maxBuffer: 10_000_000 })
    return stdout
  } catch (cause) {
    throw explained(program, args, cause)
  }
}

function explained(program: string, args: readonly string[], cause: unknown): DevClusterError {
  const { code, stderr, message } = { code: undefined, stderr: '', message: String(cause), ...Object(cause) }
  if (code === 'ENOENT') return new DevClusterError('CERCI_COMMAND_MISSING', { program }, cause)
  const command = [program, ...args].join(' ')
  return new DevClusterError(
    'CERCI_COMMAND_FAILED',
    { command, reason: String(stderr).trim() || String(message) },
    cause,
  )
}
