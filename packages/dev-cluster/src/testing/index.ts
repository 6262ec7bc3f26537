export { type CurrentDatabase, type Hook, testDatabase } from './current-database.js'
export { jestSetup, nodeTestRun, vitestSetup } from './runners.js'
export { startTestCluster, type TestCluster, type TestClusterOptions } from './test-cluster.js'
export { createTestDatabase, type IsolatedDatabase } from './test-database.js'
