export { CliError, type CliErrorCode, cliErrors } from './cli-error.js'
export { main } from './main.js'
