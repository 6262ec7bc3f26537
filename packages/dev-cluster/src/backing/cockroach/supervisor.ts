/**
 * A shell script that runs a node, and kills it when it is told so by a line on standard input, or when that closes because this process died,
 * in whatever way: no node outlives it. In the latter case, when nothing is kept, the node's data goes as well; that of a node that was
 * merely killed stays for its return. Arguments: folder to remove or '', command …
 */
export const nodeSupervisor = `
remove=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
node=$!
(
  if read -r _ <&3; then remove=; fi
  trap '' TERM
  while kill -s KILL $node 2>/dev/null; do sleep 1; done
  if [ -n "$remove" ]; then cd / && rm -rf "$remove" && rmdir "$(dirname "$remove")"; fi
) >/dev/null 2>&1 &
guard=$!
wait $node 2>/dev/null
status=$?
kill $guard 2>/dev/null
exit $status
`

/** What a node is killed with. */
export const KILL = 'kill\n'
