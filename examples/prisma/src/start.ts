import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('Prisma 7', example, console.log)
