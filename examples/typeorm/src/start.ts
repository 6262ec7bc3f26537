import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('TypeORM', example, console.log)
