import { defineConfig } from 'vitest/config'

/**
 * Tests import the packages' sources, so that they cannot pass on a stale build (those that start a program need `npm run build`). Vite adds `import` and `default` itself; named here, they and
 * `module` would reach Node's own resolution as well, and break packages that have several builds, such as pg-pool and @opentelemetry/api.
 */
const conditions = ['cerci:source', 'node']

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
