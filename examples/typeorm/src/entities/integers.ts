import type { ValueTransformer } from 'typeorm'

/** INT8 comes as text, because a number would not hold it. */
export const asBigInt: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : BigInt(value)),
  to: (value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
}

/** For an INT8 that counts what stays small. */
export const asNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
}
