/** What somebody saw who looked at all accounts at once. */
export interface BankRead {
  /** Account → balance, in cents. */
  readonly balances: ReadonlyMap<number, number>
  /** Present or past, for the report. */
  readonly what: string
}

/** Money is only ever moved: every read must find the same total, and no account below zero. */
export function checkBank(reads: readonly BankRead[], total: number): string[] {
  return reads.flatMap(({ balances, what }) => {
    const sum = [...balances.values()].reduce((a, b) => a + b, 0)
    const below = [...balances].filter(([, balance]) => balance < 0)
    return [
      ...(sum === total ? [] : [`${what}: ${sum} instead of ${total}: ${JSON.stringify([...balances])}`]),
      ...below.map(([account, balance]) => `${what}: account ${account} holds ${balance}`),
    ]
  })
}
