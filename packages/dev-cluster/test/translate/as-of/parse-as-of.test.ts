import { expect, test } from 'vitest'
import { translateSession } from '../translate-session.js'

const session = translateSession()
const onlyConstants =
  'AS OF SYSTEM TIME: only constant expressions, with_min_timestamp, with_max_staleness, or follower_read_timestamp are allowed'
const may1 = Date.UTC(2026, 4, 1) * 1000

test.each([
  ["'-10s'", { mode: 'exact', time: { microsAgo: 10_000_000 } }],
  ["'-1h30m'", { mode: 'exact', time: { microsAgo: 5_400_000_000 } }],
  ["'-4.8s'", { mode: 'exact', time: { microsAgo: 4_800_000 } }],
  ["INTERVAL '-1us'", { mode: 'exact', time: { microsAgo: 1 } }],
  ["'-00:01:00'", { mode: 'exact', time: { microsAgo: 60_000_000 } }],
  ["'2026-05-01'", { mode: 'exact', time: { epochMicros: may1 } }],
  ["'2026-05-01 12:00:00.000001+02'", { mode: 'exact', time: { epochMicros: may1 + 36_000_000_001 } }],
  ["'2026-05-01T00:00:00Z'", { mode: 'exact', time: { epochMicros: may1 } }],
  [`${may1}000`, { mode: 'exact', time: { epochMicros: may1 } }],
  [`${may1}000.0000000005`, { mode: 'exact', time: { epochMicros: may1 } }],
  [`'${may1}000.0000000005'`, { mode: 'exact', time: { epochMicros: may1 } }],
  ["'-10s'::STRING", { mode: 'exact', time: { microsAgo: 10_000_000 } }],
  ['follower_read_timestamp()', { mode: 'exact', time: { microsAgo: 4_200_000 } }],
  ["with_max_staleness('30s')", { mode: 'bounded', time: { microsAgo: 30_000_000 }, nearestOnly: false }],
  ["with_max_staleness(INTERVAL '30s', true)", { mode: 'bounded', time: { microsAgo: 30_000_000 }, nearestOnly: true }],
  [
    "with_min_timestamp('2026-05-01'::TIMESTAMPTZ)",
    { mode: 'bounded', time: { epochMicros: may1 }, nearestOnly: false },
  ],
  [
    "with_min_timestamp(now() - '30s'::INTERVAL, true)",
    { mode: 'bounded', time: { microsAgo: 30_000_000 }, nearestOnly: true },
  ],
  [
    "with_min_timestamp(current_timestamp - INTERVAL '30s')",
    { mode: 'bounded', time: { microsAgo: 30_000_000 }, nearestOnly: false },
  ],
])('%s', async (time, asOf) => {
  const [translation] = await session().translate(`SELECT a FROM t AS OF SYSTEM TIME ${time} WHERE b = 1`)
  expect(translation).toMatchObject({ kind: 'read', asOf, sql: 'SELECT a FROM t WHERE b = 1' })
})

test.each([
  ['now()', onlyConstants],
  ['$1', onlyConstants],
  ["'-0.1us'", "AS OF SYSTEM TIME: interval value '-0.1us' too small, absolute value must be >= 1µs"],
  ['0', 'AS OF SYSTEM TIME: zero timestamp is invalid'],
  ["'gibberish'", 'AS OF SYSTEM TIME: value is neither timestamp, decimal, nor interval'],
  [
    "with_max_staleness('-1s')",
    'AS OF SYSTEM TIME: interval duration for with_max_staleness must be greater or equal to 0',
  ],
])('%s is refused', async (time, message) => {
  await expect(session().translate(`SELECT a FROM t AS OF SYSTEM TIME ${time}`)).rejects.toMatchObject({
    code: '22023',
    message,
  })
})

test('every part of a statement reads at one time', async () => {
  const text = "SELECT 1 FROM (SELECT a FROM t AS OF SYSTEM TIME '-1s') AS x AS OF SYSTEM TIME '-2s'"
  await expect(session().translate(text)).rejects.toMatchObject({ code: '0A000' })
})
