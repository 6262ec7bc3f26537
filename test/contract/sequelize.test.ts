import { example } from '@cerci/example-sequelize'
import { describeContract } from './fixture/contract.js'

await describeContract('Sequelize', example)
