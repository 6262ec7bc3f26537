import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.js'],
    globalSetup: ['./cluster.js'],
    pool: process.env.SAMPLE_POOL ?? 'forks',
    maxWorkers: 2,
  },
})
