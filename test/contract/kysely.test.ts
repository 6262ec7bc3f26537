import { example } from '@cerci/example-kysely'
import { describeContract } from './fixture/contract.js'

await describeContract('Kysely', example)
