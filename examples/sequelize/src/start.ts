import { tour } from '@cerci/example-service'
import { example } from './example.js'

await tour('Sequelize', example, console.log)
