import { AdminClient, type Answer } from '../admin-client.js'
import { CliError } from '../cli-error.js'
import { columns } from '../columns.js'
import type { CommandCall } from '../command.js'

export async function listNodes({ flags, terminal }: CommandCall): Promise<void> {
  const answer = await new AdminClient(flags).ask('GET', '/api/nodes')
  if (flags.has('json')) return terminal.print(JSON.stringify(answer.value))
  const rows = [['ID', 'REGION', 'ZONE', 'ADDRESS', 'STATE'], ...answer.list('nodes').map(rowOf)]
  for (const line of columns(rows)) terminal.print(line)
}

/** Makes the command that does `action` to a node. */
export function changeNode(action: string): (call: CommandCall) => Promise<void> {
  return async ({ flags, positionals: [id = ''], terminal }) => {
    if (!/^\d+$/.test(id)) throw new CliError('CERCI_CLI_NODE', { id })
    const answer = await new AdminClient(flags).ask('POST', `/api/nodes/${id}/${action}`)
    terminal.print(`node ${answer.text('id')} is ${stateOf(answer)}`)
  }
}

export async function addNode({ flags, terminal }: CommandCall): Promise<void> {
  const [region, zone, port] = [flags.text('region'), flags.text('zone'), flags.number('port')]
  const answer = await new AdminClient(flags).ask('POST', '/api/nodes', { region, zone, port })
  terminal.print(`node ${answer.text('id')} is ${stateOf(answer)}, in ${answer.text('region')}: ${answer.text('url')}`)
}

function rowOf(node: Answer): string[] {
  return [
    node.text('id'),
    node.text('region'),
    node.text('zone'),
    `${node.text('host')}:${node.text('port')}`,
    stateOf(node),
  ]
}

function stateOf(node: Answer): string {
  if (node.text('membership') !== 'active') return node.text('membership')
  return node.text('partitioned') === 'true' ? `${node.text('state')}, partitioned` : node.text('state')
}
