import { expect, test } from 'vitest'
import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

/** Whether the zone of a table, or of a partition of one, has these lines. */
function zone(of: string, ...lines: string[]): { run: string; rows: string[] } {
  const all = lines.map(line => `raw_config_sql LIKE '%${line.replaceAll("'", "''")}%'`).join(' AND ')
  return { run: `SELECT ${all} FROM [SHOW ZONE CONFIGURATION FROM ${of}]`, rows: ['t'] }
}

testStatements(session, [
  // Without regions there is nothing to build on.
  {
    run: 'ALTER DATABASE dialect SET SECONDARY REGION "us-east-1"',
    fails: ['42P12', /must be multi-region to support/],
  },
  { run: 'ALTER DATABASE dialect DROP SECONDARY REGION', fails: ['42P12', /must be multi-region to support/] },
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "us-east-1"',
    fails: ['XXC02', 'super regions are only supported experimentally'],
  },
  { run: 'SET enable_super_regions = on' },
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "us-east-1"',
    fails: ['42602', 'database must be multi-region to support super regions'],
  },
  { run: 'ALTER DATABASE dialect CONFIGURE ZONE USING num_replicas = 5' },
  {
    run: 'ALTER DATABASE dialect PRIMARY REGION "us-west-1"',
    fails: ['42P17', /has field "num_replicas" set which will be overwritten/],
  },
  { run: 'ALTER DATABASE dialect CONFIGURE ZONE DISCARD' },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-west-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "us-east-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'CREATE TABLE plain (id INT PRIMARY KEY)' },
  { run: 'CREATE TABLE far (id INT PRIMARY KEY) LOCALITY REGIONAL BY TABLE IN "eu-west-1"' },
  { run: 'CREATE TABLE g (id INT PRIMARY KEY) LOCALITY GLOBAL' },
  { run: 'CREATE TABLE r (id INT PRIMARY KEY) LOCALITY REGIONAL BY ROW' },

  // A super region holds all replicas of what is at home in it.
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "us-west-1", "us-west-1"',
    fails: ['42710', 'duplicate region us-west-1 found in super region usa'],
  },
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "us-west-1", "mars"',
    fails: ['XXUUU', 'region mars not part of database'],
  },
  { run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "us-west-1", "us-east-1"' },
  { run: 'SHOW SUPER REGIONS FROM DATABASE dialect', rows: ['dialect|usa|{us-east-1,us-west-1}'] },
  zone('TABLE plain', 'num_replicas = 4,', "\tconstraints = '{+region=us-east-1: 1, +region=us-west-1: 1}'"),
  zone('TABLE far', 'num_replicas = 5,', "'{+region=eu-west-1: 1, +region=us-east-1: 1, +region=us-west-1: 1}'"),
  zone('TABLE g', 'num_replicas = 5,', "'{+region=eu-west-1: 1, +region=us-east-1: 1, +region=us-west-1: 1}'"),
  zone('DATABASE dialect', 'num_replicas = 5,'),
  zone(
    'PARTITION "us-east-1" OF TABLE r',
    'num_replicas = 4,',
    "\tconstraints = '{+region=us-east-1: 1, +region=us-west-1: 1}'",
  ),
  zone('PARTITION "eu-west-1" OF TABLE r', 'num_replicas = 5,'),
  {
    run: "SELECT DISTINCT non_voting_replicas, replicas FROM [SHOW RANGES FROM TABLE r WITH DETAILS] WHERE start_key LIKE '%80%'",
    rows: ['{2}|{1,2}'],
  },
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "usa" VALUES "eu-west-1"',
    fails: ['XXUUU', 'super region usa already exists'],
  },
  {
    run: 'ALTER DATABASE dialect ADD SUPER REGION "old" VALUES "eu-west-1", "us-east-1"',
    fails: ['XXUUU', 'region us-east-1 is already part of super region usa'],
  },
  {
    run: 'ALTER DATABASE dialect ALTER SUPER REGION "old" VALUES "eu-west-1"',
    fails: ['42704', 'super region "old" of database "dialect" does not exist'],
  },
  { run: 'ALTER DATABASE dialect DROP SUPER REGION "old"', fails: ['XXUUU', 'super region old not found'] },
  {
    run: 'ALTER DATABASE dialect DROP REGION "us-east-1"',
    fails: ['2BP01', 'region us-east-1 is part of super region usa'],
  },

  // Surviving a region needs three regions in the super region too.
  {
    run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE',
    fails: [
      '22023',
      'super region usa only has 2 region(s): at least 3 regions are required for surviving a region failure',
    ],
  },
  { run: 'ALTER DATABASE dialect ALTER SUPER REGION "usa" VALUES "us-east-1", "us-west-1", "eu-west-1"' },
  { run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE' },
  zone(
    'TABLE plain',
    "\tconstraints = '{+region=eu-west-1: 2, +region=us-east-1: 1, +region=us-west-1: 1}'",
    'num_replicas = 5,',
  ),
  {
    run: 'ALTER DATABASE dialect ALTER SUPER REGION "usa" VALUES "us-east-1", "us-west-1"',
    fails: ['22023', /super region usa only has 2 region\(s\)/],
  },
  { run: 'ALTER DATABASE dialect SURVIVE ZONE FAILURE' },
  { run: 'ALTER DATABASE dialect ALTER SUPER REGION "usa" VALUES "us-east-1", "us-west-1"' },

  // The primary region moves into or out of one only on purpose, and a secondary region is beside it.
  {
    run: 'ALTER DATABASE dialect SET PRIMARY REGION "eu-west-1"',
    fails: [
      'XXUUU',
      /^moving the primary region into or out of.*\nthe old primary region us-west-1 is a member of super region usa$/,
    ],
  },
  {
    run: 'ALTER DATABASE dialect SET SECONDARY REGION "eu-west-1"',
    fails: ['42P12', 'the secondary region must be in the same super region as the current primary region'],
  },
  { run: 'ALTER DATABASE dialect SET PRIMARY REGION "us-east-1"' },
  { run: 'SET alter_primary_region_super_region_override = on' },
  { run: 'ALTER DATABASE dialect SET PRIMARY REGION "eu-west-1"' },
  { run: 'SELECT target FROM [SHOW ZONE CONFIGURATION FROM TABLE plain]', rows: ['DATABASE dialect'] },
  {
    run: 'ALTER DATABASE dialect SET SECONDARY REGION "us-west-1"',
    fails: ['42P12', /can not be in a super region, unless the primary/],
  },
  { run: 'ALTER DATABASE dialect SET PRIMARY REGION "us-west-1"' },
  { run: 'ALTER DATABASE dialect DROP SUPER REGION "usa"' },
  { run: 'SHOW SUPER REGIONS FROM DATABASE dialect', rows: [] },

  // Secondary regions.
  { run: 'ALTER DATABASE dialect SET SECONDARY REGION "us-west-1"', fails: ['42P12', /same as the current primary/] },
  {
    run: 'ALTER DATABASE dialect SET SECONDARY REGION "mars"',
    fails: ['42P12', 'region mars has not been added to the database'],
  },
  { run: 'ALTER DATABASE dialect DROP SECONDARY REGION', fails: ['42P02', /doesn't have a secondary region defined/] },
  { run: 'ALTER DATABASE dialect DROP SECONDARY REGION IF EXISTS' },
  { run: 'ALTER DATABASE dialect SET SECONDARY REGION "eu-west-1"' },
  { run: 'ALTER DATABASE dialect SET SECONDARY REGION "eu-west-1"' },
  { run: 'SELECT region FROM [SHOW REGIONS FROM DATABASE dialect] WHERE secondary', rows: ['eu-west-1'] },
  zone('DATABASE dialect', "lease_preferences = '[[+region=us-west-1], [+region=eu-west-1]]'"),
  { run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE' },
  zone('DATABASE dialect', "voter_constraints = '{+region=us-west-1: 2, +region=eu-west-1: 2}'", 'num_voters = 5,'),
  {
    run: 'ALTER DATABASE dialect SET PRIMARY REGION "eu-west-1"',
    fails: ['42P12', 'region "eu-west-1" is currently the secondary region'],
  },
  { run: 'ALTER DATABASE dialect DROP REGION "eu-west-1"', fails: ['2BP01', 'cannot drop region "eu-west-1"'] },
  { run: 'ALTER DATABASE dialect DROP SECONDARY REGION' },

  // Placement.
  {
    run: 'ALTER DATABASE dialect PLACEMENT RESTRICTED',
    fails: ['XXC02', /^ALTER DATABASE PLACEMENT requires that the session setting/],
  },
  { run: 'SET enable_multiregion_placement_policy = on' },
  {
    run: 'ALTER DATABASE dialect PLACEMENT RESTRICTED',
    fails: ['22023', /cannot also have a restricted placement policy/],
  },
  { run: 'ALTER DATABASE dialect SURVIVE ZONE FAILURE' },
  { run: 'ALTER DATABASE dialect PLACEMENT RESTRICTED' },
  zone('TABLE far', 'num_replicas = 3,', "\tconstraints = '[]'", "voter_constraints = '[+region=eu-west-1]'"),
  zone('TABLE g', 'num_replicas = 5,', 'global_reads = true'),
  {
    run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE',
    fails: ['22023', /cannot also have a restricted placement policy/],
  },
  {
    run: "SELECT create_statement LIKE '%PLACEMENT RESTRICTED' FROM [SHOW CREATE DATABASE dialect]",
    rows: ['t'],
  },
  { run: 'ALTER DATABASE dialect PLACEMENT DEFAULT' },
  zone('TABLE far', 'num_replicas = 5,'),

  // A zone configured by hand is not derived anew by the way.
  { run: 'SET override_multi_region_zone_config = on' },
  { run: 'ALTER DATABASE dialect CONFIGURE ZONE USING num_replicas = 7' },
  { run: 'SET override_multi_region_zone_config = off' },
  ...['SET PRIMARY REGION "us-east-1"', 'SURVIVE REGION FAILURE', 'PLACEMENT RESTRICTED'].map(change => ({
    run: `ALTER DATABASE dialect ${change}`,
    fails: ['42P17', /which contains modified field "num_replicas"/] as [string, RegExp],
  })),
])

const hint = (text: string): unknown => expect.objectContaining({ hint: text }) as unknown

test('the errors say what to do', async () => {
  await expect(session().translate('ALTER DATABASE dialect DROP REGION "us-west-1"')).rejects.toEqual(
    hint(
      'You must designate another region as the primary region using ALTER DATABASE dialect PRIMARY REGION <region name> or remove all other regions before attempting to drop region "us-west-1"',
    ),
  )
})
