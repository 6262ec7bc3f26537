import { variables } from './variables.js'

/** The overlay file that tells the database of the session variables, for `SHOW ALL`, `pg_settings` and `current_setting`. */
export function renderVariablesSql(): string {
  const rows = variables.map(
    ({ name, guc, home, kind, default: value }) =>
      `  (${[name, guc, home, kind, value].map(text => `'${text.replaceAll("'", "''")}'`).join(', ')})`,
  )
  return `-- Generated from src/variables/variables.ts: vitest -u writes it.
CREATE OR REPLACE VIEW crdb_internal.cerci_variables AS SELECT * FROM (VALUES
${rows.join(',\n')}
) AS variable(name, guc, home, kind, initial_value);
GRANT SELECT ON crdb_internal.cerci_variables TO PUBLIC;
`
}
