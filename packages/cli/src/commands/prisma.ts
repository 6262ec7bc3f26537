import { runPrisma } from '@cerci/prisma-engine'
import type { CommandCall } from '../command.js'

/** Runs prisma with all arguments as they are. Its exit code is this command's. */
export async function runPrismaCommand({ positionals }: CommandCall): Promise<number> {
  return await runPrisma(positionals)
}
