import { readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { join } from 'node:path'

export interface AdminResponse {
  readonly status: number
  /** Undefined when the answer was none. */
  readonly json: unknown
}

/** Sends one request; over TLS with root's certificate from the folder. Rejects with the system's error. */
export async function requestJson(
  url: string,
  options: { readonly method: string; readonly text: string; readonly certsDir: string | undefined },
): Promise<AdminResponse> {
  const { method, text, certsDir } = options
  const headers = { 'content-length': Buffer.byteLength(text) }
  const tls = certsDir === undefined || !url.startsWith('https:') ? {} : certificates(certsDir)
  const send = url.startsWith('https:') ? requestSecurely : request
  return new Promise((resolve, reject) => {
    const sent = send(url, { method, headers, ...tls }, response => {
      readAll(response).then(answer => resolve({ status: response.statusCode ?? 0, json: parsed(answer) }), reject)
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

function certificates(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (name: string) => readFileSync(join(folder, name))
  return { ca: read('ca.crt'), cert: read('client.root.crt'), key: read('client.root.key') }
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = ''
  response.setEncoding('utf8')
  for await (const part of response) text += String(part)
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a stranger, which the reader of the answer reports
  }
}
