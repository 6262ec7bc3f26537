import type { DevCluster } from '@cerci/dev-cluster'

/** Where everything is, once it runs. */
export function banner(address: string, devCluster: DevCluster | undefined): string {
  return [
    '',
    `  Storefront  ${address}                a page to read and to try`,
    `  OpenAPI     ${address}/openapi.json`,
    `  Health      ${address}/health`,
    `  Metrics     ${address}/metrics`,
    ...(devCluster === undefined ? [] : clusterLines(devCluster)),
    '',
    `  Try         curl '${address}/products?limit=3'`,
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}

function clusterLines(devCluster: DevCluster): readonly string[] {
  const [first] = devCluster.nodes
  return [
    '',
    `  Dev cluster ${devCluster.adminUrl}/api/nodes     for development and tests only; kept in memory`,
    ...devCluster.nodes.map(({ id, region, url }) => `    node ${id}    ${url}  ${region}`),
    ...(first === undefined ? [] : ['', `  Try         psql '${first.url}' -c 'SHOW TABLES'`]),
  ]
}
