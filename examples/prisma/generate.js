/** `cerci prisma generate`, unless the client was generated from this schema by this version already. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { runPrisma } from '@cerci/prisma-engine'

const stamp = new URL('src/generated/made-from', import.meta.url)
const schema = readFileSync(new URL('prisma/schema.prisma', import.meta.url), 'utf8')
const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const madeFrom = `prisma ${devDependencies.prisma}\n${schema}`
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== madeFrom) {
  process.exitCode = await runPrisma(['generate'], { cwd: import.meta.dirname })
  if (process.exitCode === 0) writeFileSync(stamp, madeFrom)
}
