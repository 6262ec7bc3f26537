import { defineConfig } from 'vitest/config'

/**
 * Tests import the packages' sources, so that no test can pass on a stale build. Vite adds `import` and `default` itself; named here, they would
 * reach `require()` as well and break packages that have both builds, such as pg-pool.
 */
const conditions = ['cerci:source', 'node', 'module']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/fixture/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
