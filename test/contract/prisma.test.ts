import { example } from '@cerci/example-prisma'
import { describeContract } from './fixture/contract.js'

await describeContract('Prisma', example)
