import { vitestSetup } from '@cerci/dev-cluster/testing'
import { migrate } from '../migrate.js'

export default vitestSetup({ migrate })
