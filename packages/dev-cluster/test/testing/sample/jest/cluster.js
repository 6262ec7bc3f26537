import { jestSetup } from '@cerci/dev-cluster/testing'
import { migrate } from '../migrate.js'

export const { setup, teardown } = jestSetup({ migrate })
