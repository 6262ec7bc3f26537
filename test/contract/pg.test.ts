import { example } from '@cerci/example-pg'
import { describeContract } from './fixture/contract.js'

await describeContract('plain pg', example)
