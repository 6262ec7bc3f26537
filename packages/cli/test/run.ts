import { main } from '../src/main.js'

/** Runs a command in this process, and gives what it wrote. */
export async function run(...given: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = []
  const err: string[] = []
  const code = await main(given, { print: line => void out.push(line), note: line => void err.push(line) })
  return { code, out, err }
}
