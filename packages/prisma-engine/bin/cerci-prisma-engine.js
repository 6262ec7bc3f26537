#!/usr/bin/env node
import { runEngine } from '../dist/index.js'

await runEngine(process.argv.slice(2))
