import type { Expression, Identifier, IndexName, Name, Parameter, Range } from './node.js'
import type { Query } from './query.js'
import type { SettingValue } from './session.js'

export interface CreateDatabase extends Range {
  readonly kind: 'create-database'
  readonly name: string
  readonly ifNotExists: boolean
  /** ENCODING, TEMPLATE, OWNER, … and their values. */
  readonly options: readonly { readonly name: string; readonly value: string }[]
  /** PRIMARY REGION and what follows; absent for a database without regions. */
  readonly regions?: DatabaseRegions
}

export interface DatabaseRegions {
  readonly primary?: string
  readonly secondary?: string
  readonly regions: readonly string[]
  readonly survive?: 'zone' | 'region'
  readonly placement?: string
}

export interface DropDatabase extends Range {
  readonly kind: 'drop-database'
  readonly name: string
  readonly ifExists: boolean
  readonly behavior?: 'cascade' | 'restrict'
}

export interface CreateType extends Range {
  readonly kind: 'create-type'
  readonly name: Name
  readonly ifNotExists: boolean
  /** Labels of an enum; absent for a composite type, whose fields are `definition`. */
  readonly labels?: readonly string[]
  readonly definition: Expression
}

export interface CreateView extends Range {
  readonly kind: 'create-view'
  readonly name: Name
  readonly ifNotExists: boolean
  readonly orReplace: boolean
  readonly temporary: boolean
  readonly materialized: boolean
  readonly columns?: readonly Identifier[]
  readonly columnList?: Range
  readonly parameters: readonly Parameter[]
  readonly query: Query
}

export interface CreateSchema extends Range {
  readonly kind: 'create-schema'
  readonly name?: Name
  readonly ifNotExists: boolean
  readonly authorization?: string
}

export interface CreateSequence extends Range {
  readonly kind: 'create-sequence'
  readonly name: Name
  readonly ifNotExists: boolean
  readonly temporary: boolean
  /** Options that PostgreSQL has too, as canonical text. */
  readonly options: readonly SequenceOption[]
}

export type SequenceOption = Range & { readonly name: string; readonly value?: string }

/** DROP of a table, view, sequence, type, schema, function, …. */
export interface DropObject extends Range {
  readonly kind: 'drop-object'
  /** In lower case: `table`, `materialized view`. */
  readonly objectType: string
  readonly ifExists: boolean
  readonly names: readonly Name[]
  readonly behavior?: 'cascade' | 'restrict'
}

export interface Truncate extends Range {
  readonly kind: 'truncate'
  readonly tables: readonly Name[]
  readonly behavior?: 'cascade' | 'restrict'
}

export interface CommentOn extends Range {
  readonly kind: 'comment'
  readonly objectType: string
  readonly name: Name | IndexName
  /** The table of a constraint. */
  readonly table?: Name
  /** A string literal or NULL. */
  readonly text: Expression
}

export interface CreateStatistics extends Range {
  readonly kind: 'create-statistics'
  readonly name: string
  readonly columns: readonly string[]
  readonly table: Name
}

export interface CreateRole extends Range {
  readonly kind: 'create-role'
  readonly alter: boolean
  readonly ifExists: boolean
  readonly ifNotExists: boolean
  readonly name: string
  readonly options: readonly RoleOption[]
}

/** `LOGIN`, `PASSWORD 'x'`, `VALID UNTIL '…'`. */
export interface RoleOption extends Range {
  readonly name: string
  readonly value?: string | null
}

/** ALTER ROLE name [IN DATABASE d] SET variable = values, RESET variable and RESET ALL. */
export interface AlterRoleSetting extends Range {
  readonly kind: 'alter-role-setting'
  /** Absent for ALTER ROLE ALL. */
  readonly role?: string
  readonly database?: string
  /** `all` for RESET ALL. */
  readonly variable: string
  /** Empty for RESET and DEFAULT. */
  readonly values: readonly SettingValue[]
}

export interface DropRole extends Range {
  readonly kind: 'drop-role'
  readonly ifExists: boolean
  readonly names: readonly string[]
}

/** GRANT and REVOKE of privileges on objects, or (without `objectType`) of roles. */
export interface Grant extends Range {
  readonly kind: 'grant'
  readonly revoke: boolean
  readonly privileges: readonly string[]
  readonly objectType?: string
  /** Without TABLE before them, tables. */
  readonly objects: readonly Name[]
  /** ALL TABLES IN SCHEMA …: the object type in the plural is in `objectType`. */
  readonly inSchema: boolean
  readonly roles: readonly string[]
  readonly option: boolean
}

export interface AlterDatabase extends Range {
  readonly kind: 'alter-database'
  readonly name: string
  readonly change: DatabaseChange
}

/** What ALTER DATABASE does. */
export type DatabaseChange =
  | { readonly action: 'rename'; readonly to: string }
  | { readonly action: 'owner'; readonly owner: string }
  | { readonly action: 'primary-region' | 'secondary-region'; readonly region: string }
  | { readonly action: 'add-region'; readonly region: string; readonly ifNotExists: boolean }
  | { readonly action: 'drop-region'; readonly region: string; readonly ifExists: boolean }
  | { readonly action: 'drop-secondary-region'; readonly ifExists: boolean }
  | { readonly action: 'survive'; readonly goal: 'zone' | 'region' }
  | { readonly action: 'placement'; readonly placement: 'default' | 'restricted' }
  | {
      readonly action: 'add-super-region' | 'alter-super-region'
      readonly superRegion: string
      readonly regions: readonly string[]
    }
  | { readonly action: 'drop-super-region'; readonly superRegion: string }
  | LocalityZoneChange
  | { readonly action: 'set-variable'; readonly variable: string; readonly values: readonly string[] }
  | { readonly action: 'reset-variable'; readonly variable: string }
  | { readonly action: 'other'; readonly words: string }

/** ALTER LOCALITY … CONFIGURE ZONE: for all tables of a locality, and with a `region` those at home in it. */
export interface LocalityZoneChange {
  readonly action: 'locality-zone'
  readonly locality: 'global' | 'regional'
  readonly region?: string
  readonly discard: boolean
  /** A value of COPY FROM PARENT is absent. USING DEFAULT has none. */
  readonly parameters: readonly Parameter[]
}

/** What a zone configuration is for. */
export interface ZoneTarget extends Range {
  readonly kind: 'zone-target'
  readonly type: 'database' | 'table' | 'index' | 'partition' | 'range'
  /** The database, table, index or range. */
  readonly name: Name | IndexName
  readonly partition?: string
}

/** ALTER … CONFIGURE ZONE USING …, or DISCARD. */
export interface ConfigureZone extends Range {
  readonly kind: 'configure-zone'
  readonly target: ZoneTarget
  readonly ifExists: boolean
  readonly discard: boolean
  /** A value of COPY FROM PARENT is absent. */
  readonly parameters: readonly Parameter[]
}
