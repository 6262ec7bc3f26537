/** A table as Sequelize names it. */
export type TableName = string | { readonly tableName: string; readonly schema?: string | undefined }

/** A column as models define it. https://sequelize.org/api/v6/class/src/dialects/abstract/query-interface.js~queryinterface#instance-method-changeColumn */
export interface ColumnAttribute {
  readonly type: { toString(): string; readonly key?: string; readonly values?: readonly string[] | undefined }
  readonly allowNull?: boolean | undefined
  readonly defaultValue?: unknown
  readonly unique?: unknown
  readonly comment?: string | undefined
  readonly references?: unknown
  readonly onDelete?: string | undefined
  readonly onUpdate?: string | undefined
}

/** What is used of Sequelize's query generator to change a column. */
export interface ColumnGenerator {
  quoteTable(table: TableName): string
  quoteIdentifier(name: string): string
  escape(value: unknown, attribute?: ColumnAttribute): string
  pgEnum(table: TableName, name: string, type: ColumnAttribute['type'], options?: object): string
  pgEnumName(table: TableName, name: string, options?: object): string
  dataTypeMapping(table: TableName, name: string, type: string): string
  attributeToSQL(attribute: ColumnAttribute, options: object): string
}

interface Queries {
  readonly queryGenerator: ColumnGenerator
  readonly sequelize: { query(sql: string, options?: object): Promise<unknown> }
  showIndex(table: TableName, options?: object): Promise<unknown>
}

/**
 * Changes a column by one statement at a time: CockroachDB takes no change of a type together with others.
 * https://www.cockroachlabs.com/docs/v26.2/alter-table#alter-column
 */
export async function changeColumn(
  queries: Queries,
  table: TableName,
  name: string,
  attribute: ColumnAttribute,
  options: object | undefined,
): Promise<void> {
  const { queryGenerator, sequelize } = queries
  const hasUnique = attribute.unique === true && (await isUnique(queries, table, name, options))
  for (const statement of columnChanges(queryGenerator, table, name, attribute, hasUnique))
    await sequelize.query(statement, options)
}

function columnChanges(
  generator: ColumnGenerator,
  table: TableName,
  name: string,
  attribute: ColumnAttribute,
  hasUnique: boolean,
): string[] {
  const column = generator.quoteIdentifier(name)
  const alter = (change: string): string => `ALTER TABLE ${generator.quoteTable(table)} ${change}`
  const isReference = Boolean(attribute.references)
  const changes: string[] = []
  if (attribute.allowNull === false) changes.push(alter(`ALTER COLUMN ${column} SET NOT NULL`))
  else if (!isReference) changes.push(alter(`ALTER COLUMN ${column} DROP NOT NULL`))
  const { defaultValue } = attribute
  if (defaultValue !== undefined && defaultValue !== null && !isMadeBySequelize(defaultValue))
    changes.push(alter(`ALTER COLUMN ${column} SET DEFAULT ${generator.escape(defaultValue, attribute)}`))
  else if (!isReference) changes.push(alter(`ALTER COLUMN ${column} DROP DEFAULT`))
  if (attribute.unique === true && !hasUnique) changes.push(alter(`ADD UNIQUE (${column})`))
  if (isReference) changes.push(alter(`ADD FOREIGN KEY (${column}) ${references(generator, table, attribute)}`))
  else changes.push(...typeChanges(generator, table, name, attribute, alter))
  if (attribute.comment !== undefined)
    changes.push(`COMMENT ON COLUMN ${generator.quoteTable(table)}.${column} IS ${generator.escape(attribute.comment)}`)
  return changes
}

/** Functions, and `DataTypes.NOW`, `UUIDV1` and `UUIDV4`: Sequelize fills them in row by row, the database has no default for them. */
function isMadeBySequelize(value: unknown): boolean {
  if (typeof value === 'function') return true
  return typeof value === 'object' && value !== null && 'key' in value && generatedKeys.has(value.key)
}

const generatedKeys: ReadonlySet<unknown> = new Set(['NOW', 'UUIDV1', 'UUIDV4'])

function typeChanges(
  generator: ColumnGenerator,
  table: TableName,
  name: string,
  { type }: ColumnAttribute,
  alter: (change: string) => string,
): string[] {
  const column = generator.quoteIdentifier(name)
  if (type.key !== 'ENUM')
    return [alter(`ALTER COLUMN ${column} TYPE ${generator.dataTypeMapping(table, name, type.toString())}`)]
  const enumName = generator.pgEnumName(table, name)
  return [
    generator.pgEnum(table, name, type),
    alter(`ALTER COLUMN ${column} TYPE ${enumName} USING (${column}::STRING::${enumName})`),
  ]
}

/** Sequelize's `REFERENCES …` clause, which it writes behind the type. */
function references(generator: ColumnGenerator, table: TableName, attribute: ColumnAttribute): string {
  const { type, references: target, onDelete, onUpdate } = attribute
  const sql = generator.attributeToSQL({ type, references: target, onDelete, onUpdate }, { table })
  return sql.slice(sql.indexOf('REFERENCES '))
}

/** Sequelize itself adds one more unique constraint each time. */
async function isUnique(
  queries: Queries,
  table: TableName,
  name: string,
  options: object | undefined,
): Promise<boolean> {
  const indexes = await queries.showIndex(table, options)
  return Array.isArray(indexes) && indexes.some(index => index.unique && isOnly(index.fields, name))
}

function isOnly(fields: readonly { readonly attribute: string }[], name: string): boolean {
  return fields.length === 1 && fields[0]?.attribute === name
}
