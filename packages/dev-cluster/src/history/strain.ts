/** Row versions made per second that are felt, however they are spread. */
const HIGH_RATE = 200
/** Row versions made per second that are felt where few rows have many. */
const CROWDED_RATE = 20
/** So often in a row must it be found: a single large statement is no strain. */
const TIMES = 3

/**
 * Reads how many rows have been updated or deleted, and whether a table has so many old versions of its rows that every access
 * to them takes longer.
 */
export const STRAIN_QUERY: string = `
SELECT (pg_stat_get_db_tuples_updated(oid) + pg_stat_get_db_tuples_deleted(oid))::text AS changes,
  EXISTS (SELECT FROM pg_stat_user_tables WHERE n_dead_tup > 5000 + 20 * n_live_tup)::text AS crowded
FROM pg_database WHERE datname = current_database()`

/** What was read at a time, in microseconds. */
export interface StrainReading {
  readonly epochMicros: number
  readonly changes: number
  readonly crowded: boolean
}

/** Whether keeping old row versions costs a database's users more than a little. */
export class Strain {
  #last: StrainReading | undefined
  #times = 0

  get high(): boolean {
    return this.#times >= TIMES
  }

  read(reading: StrainReading): void {
    const { epochMicros, changes, crowded } = reading
    const last = this.#last
    this.#last = reading
    if (last === undefined || epochMicros <= last.epochMicros) return
    const rate = ((changes - last.changes) * 1e6) / (epochMicros - last.epochMicros)
    const felt = rate >= (crowded ? CROWDED_RATE : HIGH_RATE)
    this.#times = felt ? this.#times + 1 : 0
  }
}
