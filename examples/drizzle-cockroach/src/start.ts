import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('Drizzle 1.0', example, console.log)
