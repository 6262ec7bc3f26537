import { defineConfig } from 'vitest/config'

/**
 * Tests import the packages' sources, so that no test can pass on a stale build. Vite adds `import` and `default` itself; named here, they would
 * reach `require()` as well and break packages that have both builds, such as pg-pool.
 */
const conditions = ['cerci:source', 'node', 'module']
