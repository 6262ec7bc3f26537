import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Keeps what a failed run has seen, outside of the temporary folder that ends with the tests. @returns the file */
export function keepEvidence(seed: number, evidence: unknown): string {
  const folder = resolve(import.meta.dirname, '../../../test-evidence')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `consistency-${seed}.json`)
  writeFileSync(file, JSON.stringify(evidence, plain, 1))
  return file
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    return { name, message, stack, cause, code: 'code' in value ? value.code : undefined }
  }
  return value === Number.POSITIVE_INFINITY ? 'never' : value
}
