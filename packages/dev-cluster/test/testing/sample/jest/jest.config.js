export default {
  testMatch: ['<rootDir>/*.spec.js'],
  testEnvironment: 'node',
  transform: {},
  globalSetup: '<rootDir>/setup.js',
  globalTeardown: '<rootDir>/teardown.js',
  maxWorkers: 2,
}
