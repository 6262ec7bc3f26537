import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import type { ClusterLink } from './cluster-link.js'

/** Asks the admin API of the cluster behind a link. @returns the JSON of its answer */
export async function askAdmin(
  { adminUrl, url }: Pick<ClusterLink, 'adminUrl' | 'url'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const target = new URL(path, adminUrl)
  const isSecure = target.protocol === 'https:'
  const certificates = isSecure ? await certificatesOf(url) : {}
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(target, { method, ...certificates }, response => {
      text(response)
        .then((answer): unknown => JSON.parse(answer))
        .then(resolve, reject)
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The files that a secure cluster's URL names are root's, whom its admin API serves. */
async function certificatesOf(url: string): Promise<Pick<RequestOptions, 'ca' | 'cert' | 'key'>> {
  const parameters = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const [ca, cert, key] = await Promise.all(
    ['sslrootcert', 'sslcert', 'sslkey'].map(name => readFile(parameters.get(name) ?? '')),
  )
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}
