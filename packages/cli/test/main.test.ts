import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from './run.js'

test.each([[], ['--help'], ['-h']])('cerci %s lists the commands', async (...given) => {
  const { code, out, err } = await run(...given)
  expect([code, err]).toEqual([0, []])
  expect(out.join('\n')).toMatch(/^Usage: cerci <command>.*dev .*node list.*fault add NAME/s)
})

test.each([
  [['node'], /Usage: cerci node <command>.*kill ID/s],
  [['fault', '--help'], /Usage: cerci fault <command>.*clear/s],
  [['dev', '--help'], /Usage: cerci dev \[flags\].*--nodes N.*--regions.*--port.*--http-port.*--store.*--json/s],
  [['node', 'kill', '--help'], /Usage: cerci node kill ID.*--admin URL/s],
])('help of cerci %j', async (given, expected) => {
  const { code, out } = await run(...given)
  expect(code).toBe(0)
  expect(out.join('\n')).toMatch(expected)
})

test('--version prints the version', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: [expect.stringMatching(/^\d+\.\d+\.\d+/)] })
})

type Usage = [given: string[], expected: string]

test.each<Usage>([
  [['devv'], "There is no command 'cerci devv'"],
  [['node', 'explode', '1'], "There is no command 'cerci node explode'. Commands: list, kill"],
  [['dev', '--encrypted'], "Unknown option '--encrypted'. See `cerci dev --help`."],
  [['dev', '--weather', 'fine'], "Unknown option '--weather'"],
  [['dev', '--nodes'], "Option '--nodes <value>' argument missing"],
  [['dev', '--nodes', 'three'], "--nodes: 'three' is no whole number"],
  [['dev', '--history-window', 'long'], "'long' is neither a whole number of milliseconds nor none"],
  [['dev', '--nodes', '0'], '0 is no number of nodes'],
  [['dev', '--nodes=-1'], "--nodes: '-1' is no whole number"],
  [['dev', '--nodes', '-1'], "--nodes: '-1' is no whole number"],
  [['dev', '--json', '-1'], "Option '--json' does not take an argument"],
  [
    ['dev', '--port', '99999'],
    'port (--port): 99999 cannot be used as a port. Use a whole number from 1 to 65533, or 0 for any free port.',
  ],
  [
    ['dev', '--port', '65535'],
    'port (--port): 65535 cannot be used as a port: 3 nodes need as many ports from there. Use a whole number from 1 to 65533',
  ],
  [['dev', '--store', import.meta.filename], `The folder ${import.meta.filename} cannot be used as a store: EEXIST`],
  [['dev', '--store', join(import.meta.filename, 'below')], 'cannot be used as a store: ENOTDIR'],
  ...(process.platform === 'linux'
    ? [[['dev', '--store', '/proc/x/y'], 'The folder /proc/x/y cannot be used as a store: ENOENT'] satisfies Usage]
    : []),
  [['dev', '--regions', 'a,a'], "'a' is named twice"],
  [['dev', '--json=yes'], "Option '--json' does not take an argument"],
  [['dev', 'extra'], "'extra' is one argument too many. Usage: cerci dev."],
  [['node', 'kill'], 'ID is missing. Usage: cerci node kill ID'],
  [['node', 'kill', '1', '2'], "'2' is one argument too many. Usage: cerci node kill ID"],
  [['node', 'kill', 'x'], "'x' is no node: give its number, as `cerci node list` shows it."],
  [['node', 'list', '--admin', 'localhost'], "'localhost' is no address of an admin API"],
  [
    ['node', 'list', '--admin', 'http://127.0.0.1:65535'],
    'No dev cluster answers at http://127.0.0.1:65535 (ECONNREFUSED)',
  ],
  [['fault', 'add', 'x'], 'give exactly one effect'],
  [['fault', 'add', 'x', '--cut', '--delay', '5'], 'give exactly one effect'],
  [['fault', 'add', 'x', '--delay', 'long'], "--delay: 'long' is no number"],
  [['fault', 'add', 'x', '--error', 'oops'], '--error: it is an SQLSTATE'],
  [['fault', 'add', 'x', '--ambiguous', 'maybe'], '--ambiguous: it is committed, rolled-back or random'],
])('cerci %j is one clear line, and exit code 1', async (given, expected) => {
  const { code, out, err } = await run(...given)
  expect([code, out]).toEqual([1, []])
  expect(err).toEqual([expect.stringContaining(expected)])
  expect(err[0]).toMatch(/^cerci: [^\n]*$/)
})
