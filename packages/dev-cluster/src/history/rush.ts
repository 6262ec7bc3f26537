/** Statements per second that change rows and are many, wherever they do it. */
const MANY_PER_SECOND = 200
/** So many of them without a pause make themselves felt, if they meet in few rows. */
const FELT = 1_500
/** They last at least so long: a burst is no load. */
const LASTING_MICROS = 800_000
/** Who has rushed so recently is about to do it again, and is believed sooner. */
const RECENT_MICROS = 60_000_000
const AGAIN = 400

/**
 * Whether rows are changed by so many statements that old versions of them should not be kept. The gateway counts them itself: PostgreSQL's
 * statistics come a second late, in which a hot row gets hundreds of versions. What they know better is told by `Strain`.
 */
export class Rush {
  #changes = 0
  #readAt: number | undefined
  /** Since when there has been no pause, and how many statements since then. */
  #streak: { readonly since: number; readonly changes: number } | undefined
  #lastHigh = Number.NEGATIVE_INFINITY
  #high = false

  get high(): boolean {
    return this.#high
  }

  /** A statement has changed rows. */
  note(): void {
    this.#changes++
  }

  /** To be called some times a second. */
  read(epochMicros: number): void {
    const last = this.#readAt ?? epochMicros
    const changes = this.#changes
    this.#changes = 0
    this.#readAt = epochMicros
    const many = changes * 1e6 >= MANY_PER_SECOND * (epochMicros - last)
    const streak =
      many && changes > 0
        ? { since: this.#streak?.since ?? last, changes: (this.#streak?.changes ?? 0) + changes }
        : undefined
    this.#streak = streak
    const again = epochMicros - this.#lastHigh < RECENT_MICROS
    const lasting = streak !== undefined && (again || epochMicros - streak.since >= LASTING_MICROS)
    this.#high = lasting && streak.changes >= (again ? AGAIN : FELT)
    if (this.#high) this.#lastHigh = epochMicros
  }
}
