/** One request, as a route's handler sees it. */
export interface AdminCall<Subject> {
  readonly subject: Subject
  /** What the pattern's parentheses matched, decoded. */
  readonly parameters: readonly string[]
  readonly query: URLSearchParams
  /** Reads the body. */
  readonly json: () => Promise<unknown>
}

export interface AdminAnswer {
  /** @default 200 */
  readonly status?: number
  /** Sent as JSON, or, when a text, as HTML. */
  readonly body: unknown
}

/** One row of a table of routes; `Subject` is what its handlers show and change. */
export interface AdminRoute<Subject> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: RegExp
  /** Whether a secure cluster, too, answers everybody. @default false */
  readonly open?: true
  handle(call: AdminCall<Subject>): AdminAnswer | Promise<AdminAnswer>
}
