SET search_path = pg_catalog, pg_temp;

-- What the SHOW statements select from, with the columns of v26.2 in the server's order.

-- https://www.cockroachlabs.com/docs/v26.2/show-databases
CREATE OR REPLACE VIEW crdb_internal.cerci_show_databases AS
  SELECT d.datname::text AS database_name, CASE d.datname WHEN 'system' THEN 'node' ELSE pg_get_userbyid(d.datdba)::text END AS owner,
    r.properties ->> 'primary_region' AS primary_region, r.properties ->> 'secondary_region' AS secondary_region,
    ARRAY(SELECT jsonb_array_elements_text(r.properties -> 'regions')) AS regions, r.properties ->> 'survival_goal' AS survival_goal,
    shobj_description(d.oid, 'pg_database') AS comment
  FROM crdb_internal.cerci_databases r JOIN pg_database d ON d.oid = r.oid;

-- https://www.cockroachlabs.com/docs/v26.2/show-schemas
CREATE OR REPLACE VIEW crdb_internal.cerci_show_schemas AS
  SELECT nspname::text AS schema_name,
    CASE WHEN nspname NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension') THEN
      CASE pg_get_userbyid(nspowner) WHEN 'pg_database_owner' THEN (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
        ELSE pg_get_userbyid(nspowner) END::text END AS owner
  FROM pg_namespace WHERE nspname NOT LIKE 'pg\_toast%' AND nspname NOT LIKE 'pg\_temp%';

-- https://www.cockroachlabs.com/docs/v26.2/show-tables
CREATE OR REPLACE VIEW crdb_internal.cerci_show_tables AS
  SELECT n.nspname::text AS schema_name, c.relname::text AS table_name,
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'table' END AS type,
    CASE WHEN n.nspname NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension') THEN pg_get_userbyid(c.relowner)::text END AS owner,
    greatest(c.reltuples, 0)::int8 AS estimated_row_count, r.properties ->> 'locality' AS locality,
    coalesce(obj_description(c.oid, 'pg_class'), '') AS comment
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN crdb_internal.cerci_relations r ON r.relid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\_toast%' AND crdb_internal.cerci_is_shown(n.nspname, c.relname)
    -- The sequence under an identity column is CockroachDB's own affair.
    AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'i'));

-- https://www.cockroachlabs.com/docs/v26.2/show-columns
CREATE OR REPLACE FUNCTION crdb_internal.cerci_show_columns(relation regclass) RETURNS TABLE (
  column_name text, data_type text, is_nullable bool, column_default text, generation_expression text, indices text[], is_hidden bool, comment text)
STABLE STRICT LANGUAGE sql AS $$
  SELECT a.attname::text, coalesce(f.crdb_type, crdb_internal.cerci_type(a.atttypid, a.atttypmod)) || crdb_internal.cerci_collated(a.attcollation), NOT a.attnotnull,
    CASE WHEN a.attgenerated = '' THEN
      crdb_internal.cerci_default(pg_catalog.pg_get_expr(d.adbin, d.adrelid), crdb_internal.cerci_type(a.atttypid, a.atttypmod)) END,
    CASE WHEN a.attgenerated = '' THEN '' ELSE crdb_internal.cerci_expression(pg_catalog.pg_get_expr(d.adbin, d.adrelid)) END,
    ARRAY(SELECT i.index_name FROM crdb_internal.cerci_index_columns i WHERE i.indrelid = a.attrelid AND i.attnum = a.attnum ORDER BY i.index_name),
    coalesce(f.hidden, false), pg_catalog.col_description(a.attrelid, a.attnum)
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN crdb_internal.cerci_columns f ON f.relid = a.attrelid AND f.attnum = a.attnum
  WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum
$$;

-- https://www.cockroachlabs.com/docs/v26.2/show-index
CREATE OR REPLACE VIEW crdb_internal.cerci_show_indexes AS
  SELECT schema_name, indrelid, table_name, index_name, non_unique, seq_in_index, column_name, column_name AS definition, direction, storing,
    implicit, coalesce(visibility, 1) = 1 AS visible, coalesce(visibility, 1)::float8 AS visibility,
    obj_description(indexrelid, 'pg_class') AS comment
  FROM crdb_internal.cerci_index_columns;

-- https://www.cockroachlabs.com/docs/v26.2/show-constraints
CREATE OR REPLACE VIEW crdb_internal.cerci_show_constraints AS
  SELECT k.conrelid, c.relname::text AS table_name, crdb_internal.cerci_index_name(k.conname) AS constraint_name,
    CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'f' THEN 'FOREIGN KEY' ELSE 'CHECK' END AS constraint_type,
    crdb_internal.cerci_show_constraint(k.oid) AS details, k.convalidated AS validated, obj_description(k.oid, 'pg_constraint') AS comment
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'c')
  UNION ALL
  -- A unique index is a constraint, whichever statement made it.
  SELECT i.indrelid, c.relname::text, crdb_internal.cerci_index_name(x.relname), 'UNIQUE', crdb_internal.cerci_show_unique(i.indexrelid), true, NULL
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisunique AND n.nspname NOT LIKE 'pg\_%' AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid);

-- https://www.cockroachlabs.com/docs/v26.2/show-sequences
CREATE OR REPLACE VIEW crdb_internal.cerci_show_sequences AS
  SELECT schema_name AS sequence_schema, table_name AS sequence_name FROM crdb_internal.cerci_show_tables WHERE type = 'sequence'
    AND schema_name <> 'crdb_internal';

-- https://www.cockroachlabs.com/docs/v26.2/show-types, https://www.cockroachlabs.com/docs/v26.2/show-enums
CREATE OR REPLACE VIEW crdb_internal.cerci_show_types AS
  SELECT n.nspname::text AS schema, t.typname::text AS name, pg_get_userbyid(t.typowner)::text AS owner,
    CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) END AS values
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
    AND (t.typtype = 'e' OR c.relkind = 'c');

CREATE OR REPLACE VIEW crdb_internal.cerci_show_functions AS
  SELECT n.nspname::text AS schema_name, p.proname::text AS function_name, crdb_internal.cerci_type(p.prorettype, -1) AS result_data_type,
    pg_get_function_identity_arguments(p.oid) AS argument_data_types,
    CASE p.prokind WHEN 'p' THEN 'proc' WHEN 'a' THEN 'agg' WHEN 'w' THEN 'window' ELSE 'func' END AS function_type,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal');

-- https://www.cockroachlabs.com/docs/v26.2/show-grants#show-role-memberships
CREATE OR REPLACE VIEW crdb_internal.cerci_show_grants_on_roles AS
  SELECT g.rolname::text AS role_name, u.rolname::text AS member, bool_or(m.admin_option) AS is_admin
  FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
  WHERE g.rolname NOT LIKE 'pg\_%' AND NOT starts_with(g.rolname, 'crdb_internal.')
    -- Who creates a role is made a member of it by PostgreSQL, or by the setting createrole_self_grant: nobody asked for that.
    AND (m.inherit_option OR m.set_option) AND m.grantor <> m.member
  GROUP BY 1, 2;

-- https://www.cockroachlabs.com/docs/v26.2/show-users, https://www.cockroachlabs.com/docs/v26.2/show-roles
CREATE OR REPLACE VIEW crdb_internal.cerci_show_users AS
  SELECT r.rolname::text AS username,
    array_remove(ARRAY[CASE WHEN r.rolcreatedb AND r.rolname NOT IN ('root', 'admin') THEN 'CREATEDB' END,
      CASE WHEN r.rolcreaterole AND r.rolname NOT IN ('root', 'admin') THEN 'CREATEROLE' END,
      CASE WHEN pg_has_role(r.oid, 'crdb_internal.cancelquery', 'MEMBER') AND NOT pg_has_role(r.oid, 'admin', 'MEMBER') THEN 'CANCELQUERY' END,
      CASE WHEN pg_has_role(r.oid, 'crdb_internal.controljob', 'MEMBER') AND NOT pg_has_role(r.oid, 'admin', 'MEMBER') THEN 'CONTROLJOB' END,
      CASE WHEN pg_has_role(r.oid, 'crdb_internal.viewactivity', 'MEMBER') AND NOT pg_has_role(r.oid, 'admin', 'MEMBER') THEN 'VIEWACTIVITY' END,
      CASE WHEN NOT r.rolcanlogin AND r.rolname <> 'admin' THEN 'NOLOGIN' END,
      'VALID UNTIL=' || r.rolvaliduntil], NULL) AS options,
    ARRAY(SELECT role_name FROM crdb_internal.cerci_show_grants_on_roles WHERE member = r.rolname ORDER BY 1) AS member_of,
    NULL::timestamptz AS estimated_last_login_time
  FROM pg_roles r WHERE r.rolname NOT LIKE 'pg\_%' AND r.rolname <> 'cerci' AND NOT starts_with(r.rolname, 'crdb_internal.');

-- https://www.cockroachlabs.com/docs/v26.2/show-grants. One row for each privilege. Owners, root and admin have ALL on everything.
CREATE OR REPLACE VIEW crdb_internal.cerci_show_grants AS
  WITH object AS (
    SELECT NULL::text AS schema_name, datname::text AS object_name, 'database' AS object_type, datdba AS owner,
      coalesce(datacl, acldefault('d', datdba)) AS acl
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT nspname::text, NULL, 'schema', nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'crdb_internal')
    UNION ALL
    SELECT n.nspname::text, c.relname::text, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, c.relowner,
      coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
    UNION ALL
    SELECT n.nspname::text, t.typname::text, 'type', t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE (t.typtype = 'e' OR c.relkind = 'c') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
    UNION ALL
    SELECT n.nspname::text, p.oid::regprocedure::text, 'routine', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
  ), granted AS (
    SELECT object.*, CASE entry.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(entry.grantee)::text END AS grantee,
      CASE entry.privilege_type WHEN 'TEMPORARY' THEN 'TEMP' ELSE entry.privilege_type END AS privilege_type, entry.is_grantable
    FROM object, aclexplode(object.acl) AS entry WHERE entry.grantee <> object.owner
    UNION ALL
    SELECT object.*, holder.name, 'ALL', true
    FROM object, LATERAL (SELECT 'admin' UNION SELECT 'root' UNION SELECT pg_get_userbyid(object.owner)::text) AS holder(name)
    WHERE holder.name <> 'pg_database_owner'
  )
  SELECT current_database()::text AS database_name, schema_name, object_name, object_type, grantee, privilege_type, is_grantable
  FROM granted WHERE privilege_type NOT IN ('TEMP', 'MAINTAIN');

DO $$
DECLARE
  view text;
BEGIN
  FOR view IN SELECT relname FROM pg_class WHERE relnamespace = 'crdb_internal'::regnamespace AND relkind = 'v' LOOP
    EXECUTE format('GRANT SELECT ON crdb_internal.%I TO PUBLIC', view);
  END LOOP;
END $$;

-- https://www.cockroachlabs.com/docs/v26.2/show-system-grants
CREATE OR REPLACE VIEW crdb_internal.cerci_show_system_grants AS
  SELECT u.rolname::text AS grantee, upper(substr(g.rolname, length('crdb_internal.') + 1)) AS privilege_type, bool_or(m.admin_option) AS is_grantable
  FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
  WHERE starts_with(g.rolname, 'crdb_internal.') AND u.rolname NOT LIKE 'pg\_%' AND u.rolname NOT IN ('cerci', 'root', 'admin')
    AND NOT starts_with(u.rolname, 'crdb_internal.')
  GROUP BY 1, 2;

-- https://www.cockroachlabs.com/docs/v26.2/show-default-privileges; owners have ALL on what they make.
CREATE OR REPLACE VIEW crdb_internal.cerci_show_default_privileges AS
  SELECT DISTINCT pg_get_userbyid(d.defaclrole)::text AS role, false AS for_all_roles,
    CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'routines' WHEN 'T' THEN 'types' ELSE 'schemas' END AS object_type,
    CASE entry.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(entry.grantee)::text END AS grantee,
    CASE WHEN entry.grantee = d.defaclrole THEN 'ALL' ELSE entry.privilege_type END AS privilege_type,
    entry.grantee = d.defaclrole OR entry.is_grantable AS is_grantable
  FROM pg_default_acl d, aclexplode(d.defaclacl) AS entry;

-- https://www.cockroachlabs.com/docs/v26.2/show-policies
CREATE OR REPLACE VIEW crdb_internal.cerci_show_policies AS
  SELECT p.polrelid AS relation, p.polname::text AS name,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS cmd,
    CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END AS type,
    ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) AS r ORDER BY 1) AS roles,
    coalesce(crdb_internal.cerci_expression(pg_get_expr(p.polqual, p.polrelid)), '') AS using_expr,
    coalesce(crdb_internal.cerci_expression(pg_get_expr(p.polwithcheck, p.polrelid)), '') AS with_check_expr
  FROM pg_policy p;
