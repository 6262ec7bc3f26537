/** A job, as SHOW JOBS lists it. Those of the dev cluster are schema changes, and have ended when they are recorded. */
export interface JobInfo {
  readonly id: bigint
  readonly type: string
  /** The statement that it carried out. */
  readonly description: string
  readonly user: string
  readonly createdAt: Date
  readonly finishedAt: Date
  /** The node whose session ran the statement. */
  readonly nodeId: number
}

const KEPT = 1_000

/** The jobs that the cluster has run, as long as it runs; the oldest are forgotten. */
export class JobLog {
  readonly #jobs: JobInfo[] = []
  #lastId = 0n

  /** Newest last. */
  list(): readonly JobInfo[] {
    return [...this.#jobs]
  }

  record(job: Omit<JobInfo, 'id' | 'finishedAt'>): void {
    const finishedAt = new Date()
    this.#lastId = nextId(this.#lastId, finishedAt, job.nodeId)
    this.#jobs.push({ ...job, id: this.#lastId, finishedAt })
    if (this.#jobs.length > KEPT) this.#jobs.shift()
  }
}

/** As CockroachDB's `unique_rowid()`: ten-microsecond units since 2015, and 15 bits of the node's id. */
function nextId(last: bigint, at: Date, nodeId: number): bigint {
  const sinceEpoch = BigInt(at.getTime() - Date.UTC(2015, 0, 1)) * 100n
  const id = (sinceEpoch << 15n) | BigInt(nodeId)
  return id > last ? id : last + (1n << 15n)
}
