import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all it has started hold, each page shared out among those that share it. Linux only. */
export function proportionalMemoryMiB(processId: number): number {
  return family(processId).reduce((sum, pid) => sum + memoryKiB(pid), 0) / 1024
}

function family(processId: number): number[] {
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === processId)
  return [processId, ...children.flatMap(family)]
}

/** The fourth field; the second is a name in parentheses, which may contain anything. */
function parentOf(pid: number): number {
  return Number(read(pid, 'stat').split(') ').at(-1)?.split(' ')[1])
}

function memoryKiB(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0)
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // ended meanwhile
  }
}
