import { Counter, Histogram, type Registry } from 'prom-client'

/** What events are counted in. */
export interface EventMetrics {
  readonly queries: Histogram<'kind' | 'outcome'>
  readonly statements: Histogram<'node' | 'outcome'>
  readonly errors: Counter<'kind' | 'code'>
  readonly retries: Counter<'kind' | 'reason'>
  readonly ambiguous: Counter<'kind'>
  readonly failovers: Counter<'node' | 'state'>
}

/** Creates the metrics in the registry, and says their names. */
export function createMetrics(
  register: Registry,
  prefix: string,
  buckets: readonly number[],
): { readonly metrics: EventMetrics; readonly names: readonly string[] } {
  const names: string[] = []
  const described = (name: string, help: string): { name: string; help: string; registers: Registry[] } => {
    names.push(prefix + name)
    return { name: prefix + name, help, registers: [register] }
  }
  const metrics: EventMetrics = {
    queries: new Histogram({
      ...described('query_duration_seconds', 'Time of lone queries and transactions, retries included.'),
      labelNames: ['kind', 'outcome'],
      buckets: [...buckets],
    }),
    statements: new Histogram({
      ...described('statement_duration_seconds', 'Time of single statements on a node.'),
      labelNames: ['node', 'outcome'],
      buckets: [...buckets],
    }),
    errors: new Counter({
      ...described('errors_total', 'Failed queries and transactions by SQLSTATE or error code.'),
      labelNames: ['kind', 'code'],
    }),
    retries: new Counter({
      ...described('retries_total', 'Queries and transactions that were run again, by reason.'),
      labelNames: ['kind', 'reason'],
    }),
    ambiguous: new Counter({
      ...described('ambiguous_commits_total', 'Commits of which nobody can know whether they happened.'),
      labelNames: ['kind'],
    }),
    failovers: new Counter({
      ...described('failovers_total', 'Times that a node went down, drained or came back.'),
      labelNames: ['node', 'state'],
    }),
  }
  return { metrics, names }
}
