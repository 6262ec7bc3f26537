import { example } from '@cerci/example-drizzle-cockroach'
import { describeContract } from './fixture/contract.js'

await describeContract('Drizzle 1.0', example)
