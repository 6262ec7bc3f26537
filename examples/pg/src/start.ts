import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('plain pg', example, console.log)
