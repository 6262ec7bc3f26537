import { SqlError } from '../../errors/sql-error.js'
import { sqlState } from '../../errors/sql-state.js'
import type { Rewrite } from '../rewrite/rewrite.js'
import { overrideHint, protectedFields } from './check-zone.js'
import { recordedZone } from './zone-config.js'

/**
 * Refuses to derive a database's zone configuration anew where a client has changed it, unless the session overrides that.
 *
 * @see https://www.cockroachlabs.com/docs/v26.2/alter-database#set-primary-region
 */
export function requireUnchangedZone(database: string, rewrite: Rewrite): void {
  if (rewrite.variable('override_multi_region_zone_config') === 'on') return
  const changed = ownField(rewrite)
  if (changed === undefined) return
  throw new SqlError(
    sqlState.invalid_object_definition,
    `attempting to update zone configuration for database ${database} which contains modified field "${changed}"`,
    { hint: overrideHint },
  )
}

/** Refuses the first region of a database that has a zone configuration which would get lost. */
export function requireNoOwnZone(database: string, rewrite: Rewrite): void {
  const set = ownField(rewrite)
  if (set === undefined) return
  throw new SqlError(
    sqlState.invalid_object_definition,
    `zone configuration for database ${database} has field "${set}" set which will be overwritten when setting the the initial PRIMARY REGION`,
    { hint: 'discard the zone config using CONFIGURE ZONE DISCARD before continuing' },
  )
}

function ownField({ context }: Rewrite): string | undefined {
  const own = recordedZone(context.catalog.properties) ?? {}
  return protectedFields.find(field => field in own)
}
