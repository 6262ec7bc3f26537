import { AdminClient, type Answer } from '../admin-client.js'
import { columns } from '../columns.js'
import type { CommandCall } from '../command.js'

export async function listRegions({ flags, terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('GET', '/api/regions')
  if (flags.has('json')) return terminal.print(JSON.stringify(answer.value))
  const rows = answer.list('regions').map(region => [region.text('name'), stateOf(region), nodesOf(region)])
  for (const line of columns([['REGION', 'STATE', 'NODES'], ...rows])) terminal.print(line)
}

/** Makes the command that does `action` to a region. */
export function changeRegion(action: string): (call: CommandCall) => Promise<void> {
  return async ({ flags, positionals: [name = ''], terminal }) => {
    const past = { kill: 'killed', start: 'started', partition: 'cut off', heal: 'connected' }[action] ?? action
    const answer = await new AdminClient(flags).ask('POST', `/api/regions/${encodeURIComponent(name)}/${action}`)
    terminal.print(`region ${answer.text('name')} is ${past}`)
  }
}

function stateOf(region: Answer): string {
  if (region.list('live').length === 0) return 'down'
  return region.text('isolated') === 'true' ? 'cut off' : 'connected'
}

function nodesOf(region: Answer): string {
  const [all, live] = [region.list('nodes').length, region.list('live').length]
  return live === all ? `${all} live` : `${live} of ${all} live`
}
