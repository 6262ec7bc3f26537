import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('Drizzle 0.45', example, console.log)
