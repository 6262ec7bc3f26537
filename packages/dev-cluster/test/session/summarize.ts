import type { BackendMessage } from '@cerci/wire'

/** What messages say, one line each, for comparison. */
export function summarize(messages: readonly BackendMessage[]): string[] {
  return messages.map(message => [message.name, ...detailOf(message)].join(' '))
}

function detailOf(message: BackendMessage): string[] {
  if (message.name === 'DataRow') return [message.values.map(textOf).join(',')]
  if (message.name === 'CommandComplete') return [message.tag]
  if (message.name === 'ReadyForQuery') return [message.status]
  if (message.name === 'ParameterStatus') return [`${message.parameter}=${message.value}`]
  if (message.name === 'ErrorResponse' || message.name === 'NoticeResponse') {
    return [message.fields.get('C') ?? '', message.fields.get('M') ?? '']
  }
  return []
}

function textOf(value: Uint8Array | null): string {
  return value === null ? 'NULL' : Buffer.from(value).toString()
}
