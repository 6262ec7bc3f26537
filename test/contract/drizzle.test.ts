import { example } from '@cerci/example-drizzle'
import { describeContract } from './fixture/contract.js'

await describeContract('Drizzle 0.45', example)
