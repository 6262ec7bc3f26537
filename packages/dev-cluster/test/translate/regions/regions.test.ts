import { expect, test } from 'vitest'
import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()
const hint = (text: string): unknown => expect.objectContaining({ hint: text }) as unknown

testStatements(session, [
  // A database without regions.
  { run: 'CREATE TABLE early (id INT PRIMARY KEY)' },
  {
    run: 'SHOW REGIONS FROM DATABASE',
    columns: ['database:25', 'region:25', 'primary:16', 'secondary:16', 'zones:1009'],
    rows: [],
  },
  { run: 'SHOW SURVIVAL GOAL FROM DATABASE', rows: ['dialect|NULL'] },
  { run: 'CREATE TABLE g (id INT) LOCALITY GLOBAL', fails: ['42P16', /multi-region enabled/] },
  { run: 'ALTER TABLE early SET LOCALITY GLOBAL', fails: ['42P16', /multi-region enabled/] },
  {
    run: "SELECT default_to_database_primary_region('us-east-1')",
    fails: ['42P12', 'current database dialect is not multi-region enabled'],
  },
  {
    run: 'ALTER DATABASE dialect ADD REGION "us-west-1"',
    fails: ['42P12', 'cannot add region "us-west-1" to database dialect'],
  },
  { run: 'ALTER DATABASE dialect DROP REGION "us-west-1"', fails: ['42P12', 'database has no regions to drop'] },
  { run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE', fails: ['42602', /must have associated regions/] },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "mars"', fails: ['42602', 'region "mars" does not exist'] },
  { run: 'ALTER DATABASE system PRIMARY REGION "us-east-1"', fails: ['42P12', /system database is not supported/] },
  { run: 'ALTER DATABASE nowhere PRIMARY REGION "us-east-1"', fails: ['3D000', 'database "nowhere" does not exist'] },

  // Regions come and go.
  { run: 'ALTER DATABASE dialect SET PRIMARY REGION "us-west-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  {
    run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"',
    fails: ['42710', 'region "eu-west-1" already added to database'],
  },
  { run: 'ALTER DATABASE dialect ADD REGION IF NOT EXISTS "eu-west-1"' },
  {
    run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE',
    fails: ['42602', 'at least 3 regions are required for surviving a region failure'],
  },
  {
    run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"',
    fails: ['42602', 'region "us-east-1" has not been added to the database'],
  },
  { run: 'ALTER DATABASE dialect ADD REGION "us-east-1"' },
  {
    run: 'CREATE TABLE by_text (id INT PRIMARY KEY, r STRING) LOCALITY REGIONAL BY ROW AS r',
    fails: ['42P16', 'cannot use column r which has type STRING in REGIONAL BY ROW'],
  },
  {
    run: 'CREATE TABLE by_text (id INT PRIMARY KEY, crdb_region VARCHAR(9)) LOCALITY REGIONAL BY ROW',
    fails: ['42P16', 'cannot use column crdb_region which has type VARCHAR in REGIONAL BY ROW'],
  },
  { run: 'CREATE TABLE by_type (id INT PRIMARY KEY, r crdb_internal_region NOT NULL, s STRING)' },
  {
    run: 'ALTER TABLE by_type SET LOCALITY REGIONAL BY ROW AS s',
    fails: ['42P16', 'cannot use column s which has type STRING in REGIONAL BY ROW'],
  },
  { run: 'ALTER TABLE by_type SET LOCALITY REGIONAL BY ROW AS r' },
  { run: 'DROP TABLE by_type' },
  {
    run: `CREATE TABLE rides (id INT PRIMARY KEY, city STRING, region crdb_internal_region AS (
      CASE WHEN city IN ('rome', 'paris') THEN 'eu-west-1' WHEN city = 'seattle' THEN ('us-west-1')
        ELSE CASE city WHEN 'x' THEN 'eu-west-1' ELSE 'us-east-1' END END) STORED NOT NULL) LOCALITY REGIONAL BY ROW AS region`,
  },
  { run: "INSERT INTO rides VALUES (1, 'rome'), (2, 'seattle'), (3, 'boston')" },
  { run: 'SELECT id, region FROM rides ORDER BY id', rows: ['1|eu-west-1', '2|us-west-1', '3|us-east-1'] },
  {
    run: `ALTER TABLE rides ADD COLUMN other crdb_internal_region DEFAULT CASE WHEN true THEN 'us-west-1' ELSE 'us-east-1' END`,
  },
  { run: 'SELECT DISTINCT other FROM rides', rows: ['us-west-1'] },
  { run: 'ALTER TABLE rides RENAME COLUMN region TO "Home"' },
  { run: "SELECT locality FROM [SHOW TABLES] WHERE table_name = 'rides'", rows: ['REGIONAL BY ROW AS "Home"'] },
  {
    run: 'ALTER TABLE rides DROP COLUMN "Home"',
    fails: ['42P10', 'cannot drop column Home as it is used to store the region in a REGIONAL BY ROW table'],
  },
  { run: 'ALTER TABLE rides SET LOCALITY REGIONAL BY TABLE' },
  { run: 'ALTER TABLE rides DROP COLUMN "Home"' },
  { run: 'DROP TABLE rides' },
  {
    run: 'DROP TYPE crdb_internal_region',
    fails: ['2BP01', '"crdb_internal_region" is a multi-region enum and cannot be modified directly'],
  },
  {
    run: "ALTER TYPE public.crdb_internal_region ADD VALUE 'mars'",
    fails: [
      '42809',
      `"crdb_internal_region" is a multi-region enum and can't be modified using the alter type command`,
    ],
  },
  { run: 'ALTER TYPE crdb_internal_region OWNER TO root' },
  { run: 'SHOW ENUMS', rows: ['public|crdb_internal_region|{eu-west-1,us-east-1,us-west-1}|root'] },
  {
    run: 'SHOW REGIONS FROM DATABASE dialect',
    rows: [
      'dialect|us-west-1|t|f|{us-west-1a}',
      'dialect|eu-west-1|f|f|{eu-west-1a}',
      'dialect|us-east-1|f|f|{us-east-1a}',
    ],
  },
  {
    run: "SELECT database_name, primary_region, regions, survival_goal FROM [SHOW DATABASES] WHERE database_name = 'dialect'",
    rows: ['dialect|us-west-1|{eu-west-1,us-east-1,us-west-1}|zone'],
  },
  {
    run: 'SELECT region, database_names, primary_region_of FROM [SHOW REGIONS]',
    rows: ['eu-west-1|{dialect}|{}', 'us-east-1|{dialect}|{}', 'us-west-1|{dialect}|{dialect}'],
  },
  {
    run: 'SELECT * FROM [SHOW REGIONS FROM ALL DATABASES] WHERE primary_region IS NOT NULL',
    rows: ['dialect|{eu-west-1,us-east-1,us-west-1}|us-west-1'],
  },
  {
    run: 'SHOW CREATE DATABASE dialect',
    rows: [
      'dialect|CREATE DATABASE dialect PRIMARY REGION "us-west-1" REGIONS = "eu-west-1", "us-east-1", "us-west-1" SURVIVE ZONE FAILURE',
    ],
  },
  {
    run: "SELECT locality FROM [SHOW TABLES] WHERE table_name = 'early'",
    rows: ['REGIONAL BY TABLE IN PRIMARY REGION'],
  },

  // Localities.
  { run: 'CREATE TABLE g (id INT PRIMARY KEY) LOCALITY GLOBAL' },
  { run: 'CREATE TABLE tab (id INT PRIMARY KEY) LOCALITY REGIONAL BY TABLE IN "us-east-1"' },
  { run: 'CREATE TABLE plain (id INT PRIMARY KEY)' },
  {
    run: 'CREATE TABLE elsewhere (id INT) LOCALITY REGIONAL BY TABLE IN "mars"',
    fails: ['42P16', 'region "mars" has not been added to database "dialect"'],
  },
  { run: 'CREATE TABLE r (id INT PRIMARY KEY, email STRING UNIQUE) LOCALITY REGIONAL BY ROW' },
  { run: "INSERT INTO r VALUES (1, 'a')" },
  { run: "INSERT INTO r (id, crdb_region) VALUES (2, 'us-east-1')" },
  { run: 'SELECT * FROM r', rows: ['1|a', '2|NULL'] },
  // The node that the test is connected to is in eu-west-1.
  { run: 'SELECT id, crdb_region FROM r', rows: ['1|eu-west-1', '2|us-east-1'] },
  { run: "INSERT INTO r (id, crdb_region) VALUES (3, 'mars')", fails: ['22P02', /mars/] },
  {
    run: 'SHOW TABLES',
    rows: [
      'public|early|table|root|0|REGIONAL BY TABLE IN PRIMARY REGION',
      'public|g|table|root|0|GLOBAL',
      'public|plain|table|root|0|REGIONAL BY TABLE IN PRIMARY REGION',
      'public|r|table|root|0|REGIONAL BY ROW',
      'public|tab|table|root|0|REGIONAL BY TABLE IN "us-east-1"',
    ],
  },
  {
    run: 'CREATE TABLE own (id INT PRIMARY KEY, region crdb_internal_region NOT NULL) LOCALITY REGIONAL BY ROW AS region',
  },
  { run: 'CREATE TABLE bad (id INT PRIMARY KEY) LOCALITY REGIONAL BY ROW AS region', fails: ['42703', /"region"/] },
  { run: "SELECT locality FROM [SHOW TABLES] WHERE table_name = 'own'", rows: ['REGIONAL BY ROW AS region'] },
  { run: 'INSERT INTO early VALUES (1)' },
  { run: 'ALTER TABLE early SET LOCALITY REGIONAL BY ROW' },
  { run: 'INSERT INTO early VALUES (2)' },
  { run: 'SELECT id, crdb_region FROM early', rows: ['1|us-west-1', '2|eu-west-1'] },
  { run: 'ALTER TABLE early SET LOCALITY GLOBAL' },
  { run: 'SET enable_auto_rehoming = on' },
  { run: 'CREATE TABLE moving (id INT PRIMARY KEY, a INT) LOCALITY REGIONAL BY ROW' },
  { run: "INSERT INTO moving (id, crdb_region) VALUES (1, 'us-east-1')" },
  { run: 'UPDATE moving SET a = 1 RETURNING crdb_region', rows: ['eu-west-1'] },
  { run: "UPDATE moving SET crdb_region = 'us-west-1' RETURNING crdb_region", rows: ['us-west-1'] },
  { run: 'INSERT INTO moving VALUES (1, 2) ON CONFLICT (id) DO NOTHING' },
  { run: 'SELECT crdb_region FROM moving', rows: ['us-west-1'] },
  { run: 'UPSERT INTO moving VALUES (1, 2)' },
  { run: 'SELECT crdb_region FROM moving', rows: ['eu-west-1'] },
  { run: "UPDATE moving SET crdb_region = 'us-west-1'" },
  { run: 'SET on_update_rehome_row_enabled = off' },
  { run: 'UPDATE moving SET a = 3 RETURNING crdb_region', rows: ['us-west-1'] },
  { run: 'SET on_update_rehome_row_enabled = on' },
  { run: 'SET enable_auto_rehoming = off' },
  { run: 'CREATE TABLE staying (id INT PRIMARY KEY, a INT) LOCALITY REGIONAL BY ROW' },
  { run: "INSERT INTO staying (id, crdb_region) VALUES (1, 'us-west-1')" },
  { run: 'UPDATE staying SET a = 1 RETURNING crdb_region', rows: ['us-west-1'] },
  {
    run: 'UPDATE staying SET crdb_region = rehome_row()::crdb_internal_region RETURNING crdb_region',
    rows: ['eu-west-1'],
  },
  { run: "UPDATE staying SET crdb_region = 'us-west-1'" },
  {
    run: 'ALTER TABLE staying ALTER COLUMN crdb_region SET ON UPDATE rehome_row()::dialect.public.crdb_internal_region',
  },
  { run: 'UPDATE staying SET a = 2 RETURNING crdb_region', rows: ['eu-west-1'] },
  { run: 'DROP TABLE staying' },

  // Zones follow from all that.
  {
    run: 'SHOW ZONE CONFIGURATION FROM TABLE g',
    rows: [
      "TABLE g|ALTER TABLE g CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 14400,\n\tglobal_reads = true,\n\tnum_replicas = 5,\n\tnum_voters = 3,\n\tconstraints = '{+region=eu-west-1: 1, +region=us-east-1: 1, +region=us-west-1: 1}',\n\tvoter_constraints = '[+region=us-west-1]',\n\tlease_preferences = '[[+region=us-west-1]]'",
    ],
  },
  { run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE' },
  {
    run: "SELECT raw_config_sql LIKE '%num_voters = 5%voter_constraints = ''{+region=us-east-1: 2}''%' FROM [SHOW ZONE CONFIGURATION FROM TABLE tab]",
    rows: ['t'],
  },
  { run: 'SELECT target FROM [SHOW ZONE CONFIGURATION FROM TABLE plain]', rows: ['DATABASE dialect'] },
  { run: 'ALTER DATABASE dialect DROP REGION "us-east-1"', fails: ['22023', /at least 3 regions/] },
  { run: 'ALTER DATABASE dialect SURVIVE ZONE FAILURE' },

  // A region goes only when nothing is in it.
  {
    run: 'ALTER DATABASE dialect DROP REGION "us-east-1"',
    fails: ['2BP01', /could not remove enum value "us-east-1" as it is the home region for table "tab"/],
  },
  { run: 'ALTER TABLE tab SET LOCALITY REGIONAL BY TABLE IN PRIMARY REGION' },
  {
    run: 'ALTER DATABASE dialect DROP REGION "us-east-1"',
    fails: ['2BP01', /could not remove enum value "us-east-1" as it is being used by table r/],
  },
  { run: "DELETE FROM r WHERE crdb_region = 'us-east-1'" },
  { run: 'ALTER DATABASE dialect DROP REGION "us-east-1"' },
  { run: 'SHOW ENUMS', rows: ['public|crdb_internal_region|{eu-west-1,us-west-1}|root'] },
  { run: 'INSERT INTO r (id) VALUES (7) RETURNING crdb_region', rows: ['eu-west-1'] },
  { run: 'ALTER DATABASE dialect DROP REGION "us-west-1"', fails: ['2BP01', 'cannot drop region "us-west-1"'] },
  { run: 'DROP TABLE r, own, moving, tab' },
  { run: 'ALTER TABLE early DROP COLUMN crdb_region' },
  { run: 'ALTER DATABASE dialect DROP REGION "eu-west-1"' },
  { run: 'ALTER DATABASE dialect DROP REGION "us-west-1"' },
  { run: 'SHOW ENUMS', rows: [] },
  { run: "SELECT locality FROM [SHOW TABLES] WHERE table_name = 'g'", rows: ['NULL'] },

  // Creating a database with regions.
  {
    run: 'CREATE DATABASE x SURVIVE ZONE FAILURE',
    fails: ['42601', 'PRIMARY REGION must be specified when using SURVIVE'],
  },
  {
    run: 'CREATE DATABASE x REGIONS "us-east-1"',
    fails: ['42601', 'PRIMARY REGION must be specified if REGIONS are specified'],
  },
  {
    run: 'CREATE DATABASE x PRIMARY REGION "us-east-1" REGIONS "us-east-1", "us-east-1"',
    fails: ['42602', 'region "us-east-1" defined multiple times'],
  },
  {
    run: 'CREATE DATABASE x PRIMARY REGION "us-east-1" SURVIVE REGION FAILURE',
    fails: ['22023', /at least 3 regions/],
  },
  { run: 'CREATE DATABASE x PRIMARY REGION "us-east-1" PLACEMENT RESTRICTED', fails: ['XXC02', /PLACEMENT requires/] },
])

test('an unknown region is answered with those there are', async () => {
  await expect(session().translate('CREATE DATABASE x PRIMARY REGION "mars"')).rejects.toEqual(
    hint('valid regions: eu-west-1, us-east-1, us-west-1'),
  )
})

test('CREATE DATABASE with regions says what to do in the new database', async () => {
  const [translation] = await session().translate('CREATE DATABASE x PRIMARY REGION "us-east-1" REGIONS "eu-west-1"')
  expect(translation).toMatchObject({
    sql: 'CREATE DATABASE x',
    effect: {
      createDatabase: 'x',
      setup: expect.stringContaining(
        `CREATE TYPE public.crdb_internal_region AS ENUM ('eu-west-1', 'us-east-1')`,
      ) as unknown,
    },
  })
})
