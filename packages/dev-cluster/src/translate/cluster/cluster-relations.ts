import { memberNodes, type NodeInfo } from '../../topology/cluster-state.js'
import { isUp, reaches } from '../../topology/reach.js'
import { cockroachVersion } from '../../variables/server-version.js'
import { tableRanges } from '../ranges/table-ranges.js'
import type { TranslateContext } from '../translate-context.js'
import type { ClusterRelation } from './cluster-relation.js'
import { clusterSettingRows } from './setting-rows.js'

const buildTag = /v\d+\.\d+\.\d+/.exec(cockroachVersion)?.[0] ?? ''

/** Relations of crdb_internal that only the gateway can fill, by name. Source: https://www.cockroachlabs.com/docs/v26.2/crdb-internal */
export const clusterRelations: ReadonlyMap<string, ClusterRelation> = new Map<string, ClusterRelation>([
  [
    'gossip_nodes',
    {
      columns: [
        ['node_id', 'int8'],
        ['network', 'text'],
        ['address', 'text'],
        ['advertise_address', 'text'],
        ['sql_network', 'text'],
        ['sql_address', 'text'],
        ['advertise_sql_address', 'text'],
        ['attrs', 'jsonb'],
        ['locality', 'text'],
        ['cluster_name', 'text'],
        ['server_version', 'text'],
        ['build_tag', 'text'],
        ['started_at', 'timestamp'],
        ['is_live', 'bool'],
        ['ranges', 'int8'],
        ['leases', 'int8'],
      ],
      rows: context => {
        const counts = rangeCounts(context)
        return memberNodes(context.cluster).map(node => {
          const address = `${node.host}:${node.port}`
          const version = buildTag.slice(1).replace(/\.\d+$/, '')
          const live = isLive(node, context)
          const where = ['tcp', address, address, 'tcp', address, address] as const
          return [
            node.id,
            ...where,
            '[]',
            locality(node),
            '',
            version,
            buildTag,
            node.startedAt,
            live,
            ...counts(node.id),
          ]
        })
      },
    },
  ],
  [
    'gossip_liveness',
    {
      columns: [
        ['node_id', 'int8'],
        ['epoch', 'int8'],
        ['expiration', 'text'],
        ['draining', 'bool'],
        ['decommissioning', 'bool'],
        ['membership', 'text'],
        ['updated_at', 'timestamp'],
      ],
      rows: ({ cluster }) =>
        cluster.nodes.map(node => {
          const leaving = node.membership !== 'active'
          return [node.id, 1, '', node.state === 'draining', leaving, node.membership, node.changedAt]
        }),
    },
  ],
  [
    'kv_node_status',
    {
      columns: [
        ['node_id', 'int8'],
        ['network', 'text'],
        ['address', 'text'],
        ['attrs', 'jsonb'],
        ['locality', 'text'],
        ['server_version', 'text'],
        ['go_version', 'text'],
        ['tag', 'text'],
        ['started_at', 'timestamp'],
      ],
      rows: ({ cluster }) =>
        memberNodes(cluster).map(node => [
          node.id,
          'tcp',
          `${node.host}:${node.port}`,
          '[]',
          locality(node),
          buildTag.slice(1).replace(/\.\d+$/, ''),
          'go1.25.5',
          buildTag,
          node.startedAt,
        ]),
    },
  ],
  [
    'regions',
    {
      columns: [
        ['region', 'text'],
        ['zones', 'text[]'],
      ],
      rows: regionRows,
    },
  ],
  [
    'cluster_settings',
    {
      columns: [
        ['variable', 'text'],
        ['value', 'text'],
        ['type', 'text'],
        ['public', 'bool'],
        ['description', 'text'],
        ['default_value', 'text'],
        ['origin', 'text'],
      ],
      rows: clusterSettingRows,
    },
  ],
])

/** Regions of the cluster in name order, with their zones. */
export function regionRows({ cluster }: TranslateContext): readonly (readonly [string, readonly string[]])[] {
  const nodes = memberNodes(cluster)
  const regions = [...new Set(nodes.map(node => node.region))].filter(region => region !== '').toSorted()
  return regions.map(region => [
    region,
    [...new Set(nodes.filter(node => node.region === region && node.zone !== '').map(node => node.zone))].toSorted(),
  ])
}

/** How many replicas of ranges, and leases, a node has: those of the session's database. */
function rangeCounts(context: TranslateContext): (node: number) => readonly [ranges: number, leases: number] {
  const tables = context.catalog.tables().filter(({ kind }) => kind === 'table')
  const states = tables.flatMap(table => tableRanges(table, context)).map(({ state }) => state)
  return node => [
    states.filter(({ placement }) => [...placement.voters, ...placement.nonVoters].includes(node)).length,
    states.filter(({ leaseholder }) => leaseholder?.id === node).length,
  ]
}

/** Whether the session's node hears another: one that only clients cannot reach is live. */
function isLive(node: NodeInfo, { cluster, session }: TranslateContext): boolean {
  const gateway = cluster.nodes.find(({ id }) => id === session.nodeId)
  return isUp(node) && (gateway === undefined || reaches(gateway, node, cluster))
}

function locality(node: { readonly region: string; readonly zone: string }): string {
  return [node.region && `region=${node.region}`, node.zone && `zone=${node.zone}`].filter(Boolean).join(',')
}
