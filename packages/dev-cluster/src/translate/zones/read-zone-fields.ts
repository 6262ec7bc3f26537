import type { Parameter } from '@cerci/sql'
import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import { printRequirement, requirementsOf, satisfies } from '../../placement/constraints.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { readRules } from './check-zone.js'
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
      if (name.endsWith('constraints') || name === 'lease_preferences') checkPlaces(name, text, rewrite)
      else if (name !== 'global_reads') checkNumber(text)
      return [name, text]
    }),
  )
}

function checkNumber(text: string): void {
  const [, quoted] = /^'(.*)'$/s.exec(text) ?? []
  if (quoted === undefined || /^\s*[+-]?\d+\s*$/.test(quoted)) return
  throw new SqlError(sqlState.invalid_text_representation, `could not parse "${quoted}" as type int: invalid syntax`)
}

/** The nodes a replica could be on say whether a required constraint was spelled rightly; nodes here have no attributes. */
function checkPlaces(field: string, text: string, rewrite: Rewrite): void {
  rewrite.usesCluster = true
  for (const requirement of requirementsOf(readRules({ [field]: text }))) {
    if (!requirement.required || rewrite.context.cluster.nodes.some(node => satisfies(node, [requirement]))) continue
    throw new SqlError(
      sqlState.check_violation,
      `constraint "${printRequirement(requirement)}" matches no existing nodes within the cluster - did you enter it correctly?`,
    )
  }
}
