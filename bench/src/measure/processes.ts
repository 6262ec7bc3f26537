import { readdirSync, readFileSync } from 'node:fs'

/** A process and all it has started. Linux only. */
export function family(processId: number): number[] {
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => Number(statOf(pid)[1]) === processId)
  return [processId, ...children.flatMap(family)]
}

/** The processor time that a process and those it has started have used so far, in microseconds. Linux only. */
export function processorMicros(processId: number): number {
  // Fourteenth and fifteenth field, in hundredths of a second.
  return family(processId).reduce((sum, pid) => sum + ticks(statOf(pid)) * 10_000, 0)
}

/** A file of a process in /proc; empty when it has ended meanwhile. */
export function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** The fields of `stat` from the third on; the second is a name in parentheses, which may contain anything. */
function statOf(pid: number): readonly string[] {
  return readProcess(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
}

function ticks(stat: readonly string[]): number {
  return (Number(stat[11]) || 0) + (Number(stat[12]) || 0)
}
