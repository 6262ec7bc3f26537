import { nodeTestRun } from '@cerci/dev-cluster/testing'
import { migrate } from '../migrate.js'

await nodeTestRun({ migrate })
