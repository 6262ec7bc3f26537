import { AdminClient, type Answer } from '../admin-client.js'
import { columns } from '../columns.js'
import type { CommandCall } from '../command.js'

export async function listRegions({ flags, terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('GET', '/api/regions')
  if (flags.has('json')) return terminal.print(JSON.stringify(answer.value))
  const rows = answer.list('regions').map(region => [region.text('name'), stateOf(region)])
  for (const line of columns([['REGION', 'STATE'], ...rows])) terminal.print(line)
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
  return region.text('isolated') === 'true' ? 'cut off' : 'connected'
}
