import { example } from '@cerci/example-typeorm'
import { describeContract } from './fixture/contract.js'

await describeContract('TypeORM', example)
