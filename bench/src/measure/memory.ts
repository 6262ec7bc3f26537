import { family, readProcess } from './processes.js'

/** What a process and all it has started hold, each page shared out among those that share it. Linux only. */
export function proportionalMemoryMiB(processId: number): number {
  return family(processId).reduce((sum, pid) => sum + memoryKiB(pid), 0) / 1024
}

function memoryKiB(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProcess(pid, 'smaps_rollup'))?.[1] ?? 0)
}
