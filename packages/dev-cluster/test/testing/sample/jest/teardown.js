export { teardown as default } from './cluster.js'
