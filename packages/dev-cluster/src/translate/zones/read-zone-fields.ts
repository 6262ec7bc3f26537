import type { Parameter } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { type ZoneConfig, zoneFields } from './zone-config.js'

/** The values as SQL. COPY FROM PARENT takes what applies above. */
export function readZoneFields(parameters: readonly Parameter[], inherited: ZoneConfig, rewrite: Rewrite): ZoneConfig {
  return Object.fromEntries(
    parameters.map(({ name, value }) => {
      if (!zoneFields.some(field => field === name)) {
        throw new SqlError(
          sqlState.invalid_parameter_value,
          `unsupported zone config parameter: ${JSON.stringify(name)}`,
        )
      }
      const text = value ? rewrite.source(value) : (inherited[name] ?? '')
      return [name, name.endsWith('constraints') || name === 'lease_preferences' ? checkPlaces(text, rewrite) : text]
    }),
  )
}

/** Refuses a constraint on a region or zone that no node is in. */
function checkPlaces(text: string, rewrite: Rewrite): string {
  rewrite.usesCluster = true
  for (const [constraint, tier = '', place = ''] of text.matchAll(/\+(\w+)=([^\s,:\]}']+)/g)) {
    const exists = rewrite.context.cluster.nodes.some(
      node => (tier === 'region' && node.region === place) || (tier === 'zone' && node.zone === place),
    )
    if (!exists) {
      throw new SqlError(
        sqlState.invalid_parameter_value,
        `constraint "${constraint}" matches no existing nodes within the cluster - did you enter it correctly?`,
      )
    }
  }
  return text
}
