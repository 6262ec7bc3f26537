import { type ChildProcess, spawn } from 'node:child_process'
import type { RunUser } from '../run-user.js'
import { unpackFunction } from './unpack-template.js'

/**
 * Ends with everything that it has started when standard input closes, as it does at the latest when this process is gone.
 * Arguments: template, data folder, initdb or ''.
 */
const program = `
umask 077
${unpackFunction}
exec 3<&0
( read -r _ <&3; kill -s KILL 0 ) >/dev/null 2>&1 &
guard=$!
unpack "$1" "$2" 3<&- && if [ -n "$3" ]; then "$3" --sync-only -D "$2" 3<&- >/dev/null; fi
status=$?
kill $guard
exit $status
`

export interface UnpackOptions {
  readonly template: string
  readonly data: string
  readonly user: RunUser | undefined
  /** PostgreSQL's program that then waits until all of it is on disk. @default nobody waits for the disk */
  readonly initdb?: string
}

/** A process that unpacks a template; what it has to say comes on standard error. */
export function unpackProcess({ template, data, user, initdb = '' }: UnpackOptions): ChildProcess {
  const child = spawn('/bin/sh', ['-c', program, 'cerci-unpack', template, data, initdb], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', initdb ? 'pipe' : 'ignore'],
    detached: true, // a group of its own, which the program ends as one
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  child.stdin?.on('error', () => undefined) // it was faster
  return child
}
