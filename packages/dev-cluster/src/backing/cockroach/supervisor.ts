/**
 * A shell script that runs a node, and ends it when standard input closes: when this process says so, and also when it dies in whatever way,
 * so that no node outlives it. Then, when nothing is kept, the node's data goes as well; that of a node that was merely killed stays for its
 * return. Arguments: folder to remove or '', command …
 */
export const nodeSupervisor = `
remove=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
node=$!
( read -r _ <&3; while kill -s KILL $node 2>/dev/null; do sleep 1; done ) >/dev/null 2>&1 &
guard=$!
wait $node 2>/dev/null
status=$?
kill $guard 2>/dev/null
if [ -n "$remove" ] && ! kill -0 $PPID 2>/dev/null; then
  cd / && rm -rf "$remove" && rmdir "$(dirname "$remove")" 2>/dev/null
fi
exit $status
`
