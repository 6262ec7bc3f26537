import { createTestDatabase, type IsolatedDatabase } from './test-database.js'

/** A hook of the test runner: `beforeAll` of Vitest and Jest, `before` of node:test, and so on. */
export type Hook = (run: () => Promise<void>) => unknown

/** The database that a file or test has now. */
export interface CurrentDatabase {
  readonly name: string
  /** Names all nodes, as `cerci` takes it. */
  readonly url: string
  /** One URL for each node, for drivers that take a single host. */
  readonly nodeUrls: readonly string[]
}

/**
 * A fresh database between two hooks: with `beforeAll` and `afterAll` (`before` and `after` in node:test) one for a file or suite, with
 * `beforeEach` and `afterEach` one for each test. Its fields may be read once the first hook has run.
 *
 * ```ts
 * const database = testDatabase(beforeAll, afterAll)
 * test('…', async () => { const pool = new Pool({ connectionString: database.nodeUrls[0] }) })
 * ```
 */
export function testDatabase(before: Hook, after: Hook): CurrentDatabase {
  let current: IsolatedDatabase | undefined
  before(async () => {
    current = await createTestDatabase()
  })
  after(async () => {
    await current?.drop()
    current = undefined
  })
  const now = (): IsolatedDatabase => {
    if (current) return current
    throw new Error('The test database is there from its first hook to its last: read it inside a test.')
  }
  return {
    get name() {
      return now().name
    },
    get url() {
      return now().url
    },
    get nodeUrls() {
      return now().nodeUrls
    },
  }
}
