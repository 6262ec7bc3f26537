/** Names of files in `pg_snapshots`, used again and again, because PostgreSQL offers no way to remove one. */
export class SnapshotIds {
  readonly #free: string[] = []
  #made = 0

  /** PostgreSQL takes hexadecimal digits and hyphens; its own names have eight digits before the first hyphen. */
  take(): string {
    return this.#free.pop() ?? `CE-${(++this.#made).toString(16).toUpperCase()}`
  }

  giveBack(id: string): void {
    this.#free.push(id)
  }
}
