import type { DevCluster } from '@cerci/dev-cluster'

export interface Administrator {
  readonly email: string
  /** Only one that was made up is shown. */
  readonly password?: string
}

export interface BannerFacts {
  readonly address: string
  readonly devCluster: DevCluster | undefined
  readonly administrator: Administrator | undefined
  /** How long the start took. */
  readonly seconds: string
}

/** Where everything is, once it runs. */
export function banner({ address, devCluster, administrator, seconds }: BannerFacts): string {
  return [
    `Ready after ${seconds} s`,
    '',
    `  Storefront     ${address}   a page to read and to try`,
    `  OpenAPI        ${address}/openapi.json`,
    `  Health         ${address}/health`,
    `  Metrics        ${address}/metrics`,
    ...(administrator === undefined ? [] : [administratorLine(administrator)]),
    ...(devCluster === undefined ? [] : clusterLines(devCluster)),
    '',
    `  Try            curl '${address}/products?limit=3'`,
    ...(devCluster === undefined ? [] : tryLines(devCluster)),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}

function administratorLine({ email, password }: Administrator): string {
  return `  Administrator  ${email}${password === undefined ? '' : `, password ${password}`}`
}

function clusterLines(devCluster: DevCluster): readonly string[] {
  return [
    '',
    '  Dev cluster    for development and tests only, gone when it stops',
    ...devCluster.nodes.map(({ id, region, url }) => `    node ${id}       ${url}   ${region}`),
    `    admin page   ${devCluster.adminUrl}   to kill, drain and start nodes`,
    `    admin API    ${devCluster.adminUrl}/api/nodes`,
  ]
}

function tryLines({ nodes, adminUrl }: DevCluster): readonly string[] {
  return [
    `                 psql '${nodes[0]?.url}' -c 'SHOW TABLES'`,
    `                 npx cerci node kill 2 --admin ${adminUrl}`,
  ]
}
