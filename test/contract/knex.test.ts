import { example } from '@cerci/example-knex'
import { describeContract } from './fixture/contract.js'

await describeContract('Knex', example)
