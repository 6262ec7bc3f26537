import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { DevCluster } from '@cerci/dev-cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const isInstalled = hasPsql()

describe.skipIf(!isInstalled)(`psql${isInstalled ? '' : ' (is not on this machine)'}`, () => {
  let cluster: DevCluster
  beforeAll(async () => {
    cluster = await DevCluster.start()
    await psql(1, 'CREATE TABLE pets (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), name STRING, INDEX (name))')
  })
  afterAll(() => cluster.stop())

  async function psql(node: number, ...commands: string[]): Promise<string> {
    const options = ['--no-psqlrc', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', cluster.node(node).url]
    const { stdout } = await run('psql', [...options, ...commands.flatMap(command => ['-c', command])])
    return stdout.trim()
  }

  test.each([1, 2, 3])('connects to node %i, which is CockroachDB to it', async node => {
    expect(await psql(node, 'SELECT version()')).toMatch(/^CockroachDB CCL v26\.2/)
    expect(await psql(node, 'SHOW node_id')).toBe(String(node))
  })

  test('lists databases, tables and columns', async () => {
    expect(await psql(2, '\\l')).toMatch(/^defaultdb\|root\|/m)
    expect(await psql(2, '\\dt')).toBe('public|pets|table|root')
    expect(await psql(2, '\\d pets')).toMatch(/id\|uuid\|.*not null.*\nname\|text/)
  })

  test("lists the user's objects, and none of the dev cluster's own", async () => {
    await psql(1, "CREATE TYPE mood AS ENUM ('good')")
    await psql(1, 'CREATE FUNCTION twice(n INT) RETURNS INT LANGUAGE SQL AS $$ SELECT n * 2 $$')
    expect(await psql(2, '\\d')).toBe('public|pets|table|root')
    expect(await psql(2, '\\df')).toBe('public|twice|bigint|n bigint|func')
    expect(await psql(2, '\\dT')).toBe('public|mood|')
    for (const command of ['\\do', '\\da', '\\dv', '\\ds', '\\dO', '\\dD'])
      expect([command, await psql(3, command)]).toEqual([command, ''])
  })

  test('shows errors as CockroachDB words them', async () => {
    await expect(psql(3, 'SELEC 1')).rejects.toThrow(/at or near "selec": syntax error/)
  })
})

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'])
    return true
  } catch {
    return false
  }
}
