import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

/** The fields that a zone has, of those that follow from regions. */
const zoneOf = (target: string): string =>
  `SELECT regexp_replace(substring(raw_config_sql FROM 'num_replicas.*'), E'\\n\\t', ' ', 'g') FROM [SHOW ZONE CONFIGURATION FROM ${target}]`

const replicas = "constraints = '{+region=eu-west-1: 1, +region=us-east-1: 1, +region=us-west-1: 1}'"

testStatements(session, [
  {
    run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING num_replicas = 9',
    fails: ['42602', 'database must have associated regions before a zone config extension can be set'],
  },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "us-west-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'ALTER DATABASE dialect SURVIVE REGION FAILURE' },
  { run: 'CREATE TABLE t (a INT PRIMARY KEY)' },
  { run: 'CREATE TABLE far (a INT PRIMARY KEY) LOCALITY REGIONAL BY TABLE IN "eu-west-1"' },
  { run: 'CREATE TABLE g (a INT PRIMARY KEY) LOCALITY GLOBAL' },
  { run: 'CREATE TABLE r (a INT PRIMARY KEY) LOCALITY REGIONAL BY ROW' },

  // REGIONAL: every table and row that has a home. What is said anew replaces what was.
  { run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING gc.ttlseconds = 60' },
  { run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING num_replicas = 9' },
  {
    run: zoneOf('DATABASE dialect'),
    rows: [
      `num_replicas = 9, num_voters = 5, ${replicas}, voter_constraints = '{+region=us-east-1: 2}', lease_preferences = '[[+region=us-east-1]]'`,
    ],
  },
  {
    run: zoneOf('TABLE far'),
    rows: [
      `num_replicas = 9, num_voters = 5, ${replicas}, voter_constraints = '{+region=eu-west-1: 2}', lease_preferences = '[[+region=eu-west-1]]'`,
    ],
  },
  { run: `SELECT raw_config_sql LIKE '%num_replicas = 5%' FROM [SHOW ZONE CONFIGURATION FROM TABLE g]`, rows: ['t'] },
  { run: `SELECT raw_config_sql LIKE '%ttlseconds = 60,%' FROM [SHOW ZONE CONFIGURATION FROM TABLE t]`, rows: ['f'] },

  // REGIONAL IN a region, on top of that.
  {
    run: `ALTER DATABASE dialect ALTER LOCALITY REGIONAL IN "eu-west-1" CONFIGURE ZONE USING lease_preferences = '[[+region=eu-west-1], [+region=us-west-1]]'`,
  },
  {
    run: zoneOf('TABLE far'),
    rows: [
      `num_replicas = 9, num_voters = 5, ${replicas}, voter_constraints = '{+region=eu-west-1: 2}', lease_preferences = '[[+region=eu-west-1], [+region=us-west-1]]'`,
    ],
  },
  {
    run: zoneOf('PARTITION "eu-west-1" OF TABLE r'),
    rows: [
      `num_replicas = 9, num_voters = 5, ${replicas}, voter_constraints = '{+region=eu-west-1: 2}', lease_preferences = '[[+region=eu-west-1], [+region=us-west-1]]'`,
    ],
  },
  {
    run: `SELECT raw_config_sql LIKE '%lease_preferences = ''[[+region=us-east-1]]''' FROM [SHOW ZONE CONFIGURATION FROM PARTITION "us-east-1" OF TABLE r]`,
    rows: ['t'],
  },

  // GLOBAL tables.
  { run: 'ALTER DATABASE dialect ALTER LOCALITY GLOBAL CONFIGURE ZONE USING num_replicas = 6, num_voters = 6' },
  { run: `SELECT raw_config_sql LIKE '%num_voters = 6%' FROM [SHOW ZONE CONFIGURATION FROM TABLE g]`, rows: ['t'] },
  { run: `SELECT raw_config_sql LIKE '%num_voters = 5%' FROM [SHOW ZONE CONFIGURATION FROM TABLE t]`, rows: ['t'] },
  { run: 'ALTER DATABASE dialect ALTER LOCALITY GLOBAL CONFIGURE ZONE DISCARD' },
  { run: `SELECT raw_config_sql LIKE '%num_voters = 5%' FROM [SHOW ZONE CONFIGURATION FROM TABLE g]`, rows: ['t'] },

  // What would break the survival goal, or take a region's data from it.
  ...(
    [
      [
        'REGIONAL',
        "lease_preferences = '[[+region=eu-west-1], [+region=us-east-1]]'",
        'REGIONAL zone config extensions are not allowed to set lease_preferences',
      ],
      [
        'REGIONAL IN "us-east-1"',
        "lease_preferences = '[[-region=us-east-1], [+region=eu-west-1]]'",
        "zone config extension's lease preference {[-region=us-east-1]} violates the home region (us-east-1) lease preference: {[+region=us-east-1]}",
      ],
      [
        'REGIONAL IN "us-east-1"',
        "lease_preferences = '[[+region=eu-west-1], [+region=us-east-1]]'",
        'zone config extension cannot change priority of lease preference for the home region: {[+region=us-east-1]}',
      ],
      [
        'REGIONAL IN "us-east-1"',
        "lease_preferences = '[[+region=eu-west-1]]'",
        'zone config extension cannot unset the home region (us-east-1) lease preference: {[+region=us-east-1]}',
      ],
      [
        'REGIONAL IN "us-east-1"',
        "voter_constraints = '{+region=us-east-1: 1}'",
        "zone config extension's constraint +region=us-east-1:1 violates the home region (us-east-1) voter constraint: +region=us-east-1:2",
      ],
      [
        'REGIONAL IN "us-east-1"',
        "constraints = '{+region=eu-west-1: 3}'",
        'zone config extension cannot unset the home region (us-east-1) replica constraint: +region=us-east-1:1',
      ],
      [
        'GLOBAL',
        'num_replicas = 4, num_voters = 4',
        'zone config extension cannot set num_voters 4 that is lower than the one required for the survival goal: 5 with goal REGION_FAILURE',
      ],
    ] as const
  ).map(([level, fields, message]) => ({
    run: `ALTER DATABASE dialect ALTER LOCALITY ${level} CONFIGURE ZONE USING ${fields}`,
    fails: ['XXUUU', message] as [string, string],
  })),
  {
    run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING DEFAULT',
    fails: ['22023', 'unsupported zone config parameter: SET DEFAULT'],
  },
  {
    run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL IN "mars" CONFIGURE ZONE USING num_replicas = 9',
    fails: ['42704', 'region "mars" has not been added to the database'],
  },
  {
    run: "ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING constraints = '[+region=mars]'",
    fails: ['23514', /matches no existing nodes/],
  },
  { run: 'ALTER DATABASE dialect ALTER LOCALITY CONFIGURE ZONE DISCARD', fails: ['42601', /syntax error/] },

  // They stay when regions change, except those of a region that goes.
  { run: 'ALTER DATABASE dialect SURVIVE ZONE FAILURE' },
  { run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE USING num_replicas = 3' },
  { run: `SELECT raw_config_sql LIKE '%num_replicas = 3%' FROM [SHOW ZONE CONFIGURATION FROM TABLE t]`, rows: ['t'] },
  { run: 'ALTER TABLE far SET LOCALITY REGIONAL BY TABLE' },
  { run: 'ALTER DATABASE dialect DROP REGION "eu-west-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'ALTER TABLE far SET LOCALITY REGIONAL BY TABLE IN "eu-west-1"' },
  {
    run: `SELECT raw_config_sql LIKE '%num_replicas = 3,%lease_preferences = ''[[+region=eu-west-1]]''' FROM [SHOW ZONE CONFIGURATION FROM TABLE far]`,
    rows: ['t'],
  },
  { run: 'ALTER DATABASE dialect ALTER LOCALITY REGIONAL CONFIGURE ZONE DISCARD' },
  { run: `SELECT raw_config_sql LIKE '%num_replicas = 5%' FROM [SHOW ZONE CONFIGURATION FROM TABLE far]`, rows: ['t'] },
])
