/** What a client asked of a register that holds a number, and what it was told. */
export type RegisterAction =
  | { readonly kind: 'read'; readonly value: number }
  | { readonly kind: 'write'; readonly value: number }
  /** Writes `value` if the register holds `expected`; whether it did is undefined when the client was not told. */
  | { readonly kind: 'swap'; readonly expected: number; readonly value: number; readonly swapped: boolean | undefined }

export interface RegisterOperation {
  readonly key: number
  readonly action: RegisterAction
  readonly invokedAt: number
  /** Infinity when the client was not told whether it took effect. */
  readonly completedAt: number
}

/**
 * Whether every register behaved as if each operation had happened at one moment between its call and its answer (linearizability).
 * Registers are independent, so each is looked at by itself. The search is Wing and Gong's (1993), with Lowe's memory of
 * the states it has been in (2017): exponential at worst, quick on histories in which few operations overlap.
 *
 * @param initial what each register held at first
 * @returns what is wrong, one line for each register that has no such order
 */
export function checkRegisters(operations: readonly RegisterOperation[], initial: number): string[] {
  const keys = new Set(operations.map(({ key }) => key))
  return [...keys].flatMap(key => {
    const own = operations.filter(operation => operation.key === key).toSorted((a, b) => a.invokedAt - b.invokedAt)
    const reached = search(own, initial)
    if (reached === own.length) return []
    return [
      `register ${key} has no order: ${reached} of its ${own.length} operations fit:\n${own.map(line).join('\n')}`,
    ]
  })
}

/** @returns how many operations the longest order holds that goes from the first on */
function search(operations: readonly RegisterOperation[], initial: number): number {
  const done = new Set<number>()
  const seen = new Set<string>()
  const path: { readonly operation: number; readonly before: number }[] = []
  let [state, candidate, longest] = [initial, 0, 0]
  for (;;) {
    longest = Math.max(longest, done.size)
    if (done.size === operations.length) return longest
    const next = nextCandidate(operations, done, candidate)
    if (next !== undefined) {
      const after = apply(operations[next]?.action, state)
      candidate = next + 1
      if (after === undefined) continue
      done.add(next)
      const here = `${after}:${[...done].toSorted((a, b) => a - b).join()}`
      if (seen.has(here)) {
        done.delete(next)
        continue
      }
      seen.add(here)
      path.push({ operation: next, before: state })
      state = after
      candidate = 0
      continue
    }
    const last = path.pop()
    if (last === undefined) return longest
    done.delete(last.operation)
    state = last.before
    candidate = last.operation + 1
  }
}

/** The first operation from `from` on that may happen now: no other one that is left had been answered when it was called. */
function nextCandidate(
  operations: readonly RegisterOperation[],
  done: ReadonlySet<number>,
  from: number,
): number | undefined {
  let firstAnswer = Number.POSITIVE_INFINITY
  for (const [at, { invokedAt, completedAt }] of operations.entries()) {
    if (invokedAt > firstAnswer) return undefined
    if (done.has(at)) continue
    if (at >= from) return at
    firstAnswer = Math.min(firstAnswer, completedAt)
  }
  return undefined
}

/** @returns what the register holds afterwards; undefined when the answer is wrong */
function apply(action: RegisterAction | undefined, state: number): number | undefined {
  switch (action?.kind) {
    case 'read':
      return action.value === state ? state : undefined
    case 'write':
      return action.value
    case 'swap': {
      const swaps = action.expected === state
      if (action.swapped !== undefined && action.swapped !== swaps) return undefined
      return swaps ? action.value : state
    }
    case undefined:
      break
  }
  return undefined
}

function line({ action, invokedAt, completedAt }: RegisterOperation): string {
  return `  ${invokedAt.toFixed(3)}–${completedAt.toFixed(3)} ${JSON.stringify(action)}`
}
