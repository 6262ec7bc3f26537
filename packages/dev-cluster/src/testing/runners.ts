import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startTestCluster, type TestCluster, type TestClusterOptions } from './test-cluster.js'

/**
 * The default export of a module that Vitest's `globalSetup` names: one cluster for the run, which ends with it.
 *
 * @see https://vitest.dev/config/globalsetup
 */
export function vitestSetup(options: TestClusterOptions = {}): () => Promise<() => Promise<void>> {
  return async () => {
    const cluster = await startTestCluster(options)
    return () => cluster.stop()
  }
}

/**
 * The default exports of the two modules that Jest's `globalSetup` and `globalTeardown` name. Jest runs packages that are
 * ES modules with `NODE_OPTIONS=--experimental-vm-modules`.
 *
 * @see https://jestjs.io/docs/configuration#globalsetup-string
 */
export function jestSetup(options: TestClusterOptions = {}): {
  readonly setup: () => Promise<void>
  readonly teardown: () => Promise<void>
} {
  let cluster: TestCluster | undefined
  return {
    setup: async () => {
      cluster = await startTestCluster(options)
    },
    teardown: async () => {
      await cluster?.stop()
    },
  }
}

/**
 * Runs `node --test` with a cluster that all its files share, and settles when it has ended; the process then exits as it did. The
 * script that calls this is a project's test command, because Node 20 has no global set-up:
 *
 * ```js
 * await nodeTestRun({ migrate }) // node test/run.js [flags and files of node --test]
 * ```
 *
 * @param args flags and files for `node --test`. @default those of this process
 * @see https://nodejs.org/docs/latest-v20.x/api/test.html#running-tests-from-the-command-line
 */
export async function nodeTestRun(
  options: TestClusterOptions = {},
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const cluster = await startTestCluster(options)
  try {
    const runner = spawn(process.execPath, ['--test', ...args], { stdio: 'inherit' })
    const [code]: unknown[] = await once(runner, 'exit')
    process.exitCode = typeof code === 'number' ? code : 1
  } finally {
    await cluster.stop()
  }
}
