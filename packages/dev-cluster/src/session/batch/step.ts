import type { Unit } from './unit.js'

/** Units `[from, to)` of a batch, which go to PostgreSQL together. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly units: readonly Unit[]
  /** The statement has to be prepared for, or followed, by itself. */
  readonly alone: boolean
}
