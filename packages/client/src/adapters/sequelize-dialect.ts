import { SqlState } from '../errors/sqlstate.js'
import { sqlStateOf } from '../retry/sql-state-of.js'
import { type ColumnAttribute, type ColumnGenerator, changeColumn, type TableName } from './sequelize-columns.js'
import { type SequelizeErrors, tellingConnectionErrors } from './sequelize-errors.js'
import { exactIntegers, type QueryClass } from './sequelize-integers.js'

/** What is used of a Sequelize's dialect, query generator and query interface. */
export interface SequelizeDialect {
  readonly dialect: { supports: object; Query: QueryClass }
  getQueryInterface(): QueryInterface
}

interface QueryInterface {
  readonly queryGenerator: QueryGenerator
  readonly sequelize: { query(sql: string, options?: object): Promise<unknown> }
  changeColumn(table: TableName, name: string, attribute: ColumnAttribute | string, options?: object): Promise<unknown>
  normalizeAttribute(attribute: ColumnAttribute | string): ColumnAttribute
  removeConstraint(table: TableName, constraint: string, options?: object): Promise<unknown>
  showIndex(table: TableName, options?: object): Promise<unknown>
}

interface QueryGenerator extends ColumnGenerator {
  readonly options: { readonly schema?: string | undefined }
  describeTableQuery(table: string, schema?: string): string
  pgEnum(table: TableName, attribute: string, type: EnumType, options?: object): string
  pgEnumDrop(table: TableName, attribute: string): string
}

type EnumType = string | { readonly values?: readonly string[] | undefined; toString(): string }

/** Teaches one Sequelize what CockroachDB does in another way than PostgreSQL. */
export function adaptDialect(db: SequelizeDialect, errors: SequelizeErrors): void {
  const { dialect } = db
  // `findOrCreate` would make a PL/pgSQL function in pg_temp for each row.
  dialect.supports = { ...dialect.supports, EXCEPTION: false }
  dialect.Query = exactIntegers(tellingConnectionErrors(dialect.Query, errors))
  const queries = db.getQueryInterface()
  const generator = queries.queryGenerator
  generator.pgEnum = (table, attribute, type, options) => createEnum(generator, table, attribute, type, options)
  generator.describeTableQuery = (table, schema) =>
    describeTable(generator.escape(table), generator.escape(schema ?? generator.options.schema ?? 'public'))
  queries.changeColumn = async (table, name, attribute, options) =>
    await changeColumn(queries, table, name, queries.normalizeAttribute(attribute), options)
  const removeConstraint = queries.removeConstraint.bind(queries)
  queries.removeConstraint = async (table, constraint, options) => {
    try {
      return await removeConstraint(table, constraint, options)
    } catch (error) {
      if (sqlStateOf(error) !== SqlState.featureNotSupported) throw error
      // A unique constraint is an index. https://www.cockroachlabs.com/docs/v26.2/unique
      const index = `${generator.quoteTable(table)}@${generator.quoteIdentifier(constraint)}`
      return await queries.sequelize.query(`DROP INDEX ${index} CASCADE`, options)
    }
  }
}

/** https://www.cockroachlabs.com/docs/v26.2/create-type; Sequelize's way is a PL/pgSQL block with a schema change in it. */
function createEnum(
  generator: QueryGenerator,
  table: TableName,
  attribute: string,
  type: EnumType,
  options: object | undefined,
): string {
  const values =
    typeof type === 'object' && type.values
      ? `ENUM(${type.values.map(value => generator.escape(value)).join(', ')})`
      : (/^ENUM\(.+\)/.exec(type.toString())?.[0] ?? '')
  const drop = options !== undefined && Reflect.get(options, 'force') === true
  const create = `CREATE TYPE IF NOT EXISTS ${generator.pgEnumName(table, attribute, options)} AS ${values};`
  return drop ? generator.pgEnumDrop(table, attribute) + create : create
}

/** As Sequelize asks, but without what CockroachDB lacks (`pg_statio_all_tables` is empty, text and number cannot be joined) and its hidden columns. */
function describeTable(table: string, schema: string): string {
  return `SELECT
    CASE WHEN EXISTS (
      SELECT 1 FROM information_schema.table_constraints t JOIN information_schema.key_column_usage k USING (table_schema, table_name, constraint_name)
      WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = c.table_schema AND t.table_name = c.table_name AND k.column_name = c.column_name
    ) THEN 'PRIMARY KEY' END AS "Constraint",
    c.column_name AS "Field", c.column_default AS "Default", c.is_nullable AS "Null",
    c.data_type || CASE WHEN c.character_maximum_length IS NULL THEN '' ELSE '(' || c.character_maximum_length::STRING || ')' END AS "Type",
    (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
      WHERE t.typname = c.udt_name) AS "special",
    (SELECT d.description FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
      JOIN pg_catalog.pg_description d ON d.objoid = r.oid AND d.objsubid = c.ordinal_position
      WHERE r.relname = c.table_name AND n.nspname = c.table_schema) AS "Comment"
    FROM information_schema.columns c WHERE c.is_hidden = 'NO' AND c.table_name = ${table} AND c.table_schema = ${schema}
    ORDER BY c.ordinal_position`
}
