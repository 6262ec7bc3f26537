import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.js'
import { parseConnectionString } from '../../src/cluster/connection-string.js'
import { insert, startEntries } from '../fixture/entries.js'
import { MessageProxy, type PassingMessage } from '../fixture/message-proxy.js'

/** Where a connection is cut: in the place of a message, or, behind an answer's last one, after it. */
interface Cut extends PassingMessage {
  readonly when: 'instead of' | 'after'
}

const { directUrl, direct, ids } = await startEntries()
const [target] = parseConnectionString(directUrl).hosts
const proxy = await MessageProxy.start({ host: target?.host ?? '', port: target?.port ?? 0 })
const url = directUrl.replace(/@[^/]+/, `@127.0.0.1:${proxy.port}`)
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.onMessage = () => 'pass'
})

type Protocol = 'transaction' | 'cockroach_restart'

/** Runs the same transaction every time, on a new connection. Returns what its caller is told. */
async function outcomeOf(protocol: Protocol): Promise<string> {
  const cluster = new Cluster({ connectionString: url, max: 1 })
  try {
    const attempt = await cluster.transaction(
      async tx => {
        await insert(tx, 1)
        await insert(tx, 2)
        return tx.attempt
      },
      { protocol },
    )
    return `committed in attempt ${attempt}`
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  } finally {
    await cluster.close({ deadlineMs: 100 })
  }
}

/** Every message of the transaction, in both directions. */
async function messagesOf(protocol: Protocol): Promise<PassingMessage[]> {
  const messages: PassingMessage[] = []
  proxy.onMessage = message => {
    if (message.letter !== 'X') messages.push(message) // goodbye
    return 'pass'
  }
  await outcomeOf(protocol)
  proxy.onMessage = () => 'pass'
  await direct.query('DELETE FROM entries')
  return messages
}

const again = 'committed in attempt 2'
const done = 'committed in attempt 1'
const unknown = 'CERCI_AMBIGUOUS_COMMIT'
const all = [1, 2]

/** What the caller may be told, and which rows may then be there. */
function allowed(cut: Cut, messages: readonly PassingMessage[], protocol: Protocol): [string, number[]][] {
  const deciding = protocol === 'transaction' ? 'COMMIT' : 'RELEASE SAVEPOINT cockroach_restart'
  const place = (of: PassingMessage): number => messages.findIndex(({ from, at }) => from === of.from && at === of.at)
  const first = messages.findIndex(({ statement }) => statement === deciding)
  const last = messages.findLastIndex(({ statement }) => statement === deciding)
  const here = place(cut)
  if (here > last) return [[done, all]] // CockroachDB has committed by RELEASE; COMMIT only ends the transaction
  if (here >= first) return allowedAtCommit(cut)
  // What commits may be on its way before the cut is noticed; then nobody can know.
  if (here === first - 1 && cut.when === 'after')
    return [
      [again, all],
      [unknown, []],
    ]
  return [[again, all]]
}

function allowedAtCommit({ from, letter, when }: Cut): [string, number[]][] {
  if (from === 'client') {
    // Execute has passed before Sync; whether a server carries it out without Sync is its own affair.
    return letter === 'S'
      ? [
          [unknown, []],
          [unknown, all],
        ]
      : [[unknown, []]]
  }
  if (letter === 'Z' || when === 'after') return [[done, all]] // CommandComplete has come, which says so
  return letter === 'C'
    ? [[unknown, all]]
    : [
        [unknown, []],
        [unknown, all],
      ]
}

function lettersOf(messages: readonly PassingMessage[], from: 'client' | 'server'): string {
  return messages
    .filter(message => message.from === from)
    .map(({ letter }) => letter)
    .join('')
}

describe.each(['transaction', 'cockroach_restart'] as const)('a connection that is cut: %s', async protocol => {
  const messages = await messagesOf(protocol)
  const cuts = messages.flatMap((message): Cut[] => [
    { ...message, when: 'instead of' },
    ...(message.from === 'server' && message.letter === 'Z' ? [{ ...message, when: 'after' } as const] : []),
  ])

  it('is cut at every message there is', () => {
    expect([lettersOf(messages, 'client'), lettersOf(messages, 'server')]).toEqual(
      protocol === 'transaction'
        ? ['QPBDESPBDESPBDES', 'CZ12nCZ12nCZ12nCZ']
        : ['QQPBDESPBDESPBDESPBDES', 'CZCZ12nCZ12nCZ12nCZ12nCZ'],
    )
  })

  it.each(cuts)('$when $letter of the $from, message $at: $statement', async cut => {
    let times = 0
    proxy.onMessage = ({ from, at }) => {
      if (times > 0 || from !== cut.from || at !== cut.at) return 'pass'
      times++
      return cut.when === 'after' ? 'pass, then cut' : 'cut'
    }
    const outcome = await outcomeOf(protocol)
    expect(allowed(cut, messages, protocol)).toContainEqual([outcome, await ids()])
    expect(times).toBe(1)
  })
})
