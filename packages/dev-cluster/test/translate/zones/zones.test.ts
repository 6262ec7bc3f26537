import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()
const defaults =
  "CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 14400,\n\tnum_replicas = 3,\n\tconstraints = '[]',\n\tlease_preferences = '[]'"

testStatements(session, [
  { run: 'CREATE TABLE t (id INT PRIMARY KEY, a INT, INDEX i (a))' },
  {
    run: 'SHOW ZONE CONFIGURATION FROM TABLE t',
    columns: ['target:25', 'raw_config_sql:25'],
    rows: [`RANGE default|ALTER RANGE default ${defaults}`],
  },
  { run: 'SHOW ZONE CONFIGURATION FOR RANGE default', rows: [`RANGE default|ALTER RANGE default ${defaults}`] },
  { run: 'ALTER DATABASE dialect CONFIGURE ZONE USING gc.ttlseconds = 600' },
  {
    run: 'SHOW ZONE CONFIGURATION FROM TABLE dialect.public.t',
    rows: [`DATABASE dialect|ALTER DATABASE dialect ${defaults.replace('14400', '600')}`],
  },
  { run: 'ALTER TABLE t CONFIGURE ZONE USING num_replicas = 5, gc.ttlseconds = COPY FROM PARENT' },
  { run: 'ALTER TABLE t CONFIGURE ZONE USING gc.ttlseconds = 100' },
  {
    run: 'SHOW ZONE CONFIGURATION FROM TABLE t',
    rows: [`TABLE t|ALTER TABLE t ${defaults.replace('14400', '100').replace('num_replicas = 3', 'num_replicas = 5')}`],
  },
  { run: "ALTER INDEX t@i CONFIGURE ZONE USING constraints = '[+region=us-east-1]'" },
  {
    run: "SELECT target, raw_config_sql LIKE '%constraints = ''[+region=us-east-1]''%' FROM [SHOW ZONE CONFIGURATION FROM INDEX t@i]",
    rows: ['INDEX t@i|t'],
  },
  {
    run: 'SELECT target FROM [SHOW ALL ZONE CONFIGURATIONS]',
    rows: [
      'RANGE default',
      'DATABASE system',
      'RANGE meta',
      'RANGE system',
      'RANGE liveness',
      'TABLE system.public.replication_constraint_stats',
      'TABLE system.public.replication_stats',
      'DATABASE dialect',
      'TABLE dialect.public.t',
      'INDEX dialect.public.t@i',
    ],
  },
  { run: 'ALTER TABLE t CONFIGURE ZONE DISCARD' },
  { run: 'SELECT target FROM [SHOW ZONE CONFIGURATION FROM TABLE t]', rows: ['DATABASE dialect'] },
  {
    run: "ALTER TABLE t CONFIGURE ZONE USING constraints = '[+region=mars]'",
    fails: ['23514', /constraint "\+region=mars" matches no existing nodes/],
  },
  {
    run: 'ALTER TABLE t CONFIGURE ZONE USING nonsense = 1',
    fails: ['22023', 'unsupported zone config parameter: "nonsense"'],
  },
  {
    run: 'ALTER PARTITION p OF TABLE t CONFIGURE ZONE USING num_replicas = 5',
    fails: ['42704', 'partition "p" does not exist on table "t"'],
  },
  { run: 'SHOW PARTITIONS FROM TABLE t', rows: [] },
  ...(
    [
      ['num_replicas = 0', 'could not validate zone config: at least one replica is required'],
      ['num_replicas = 2', /at least 3 replicas are required for multi-replica configurations/],
      ['num_replicas = 3, num_voters = 5', /num_voters cannot be greater than num_replicas/],
      ['range_max_bytes = 1000', /RangeMaxBytes 1000 less than minimum allowed 67108864/],
      ['range_min_bytes = 600000000', /is greater than or equal to RangeMaxBytes/],
      ['gc.ttlseconds = 0', /GC.TTLSeconds 0 less than minimum allowed 1/],
      ["constraints = '{+region=us-east-1: 4}'", /specified in constraints \(4\) cannot be greater than/],
      ["constraints = 'x'", /^could not parse zone config: invalid constraints: x/],
      ["lease_preferences = '[+region=us-east-1]'", /invalid lease preferences/],
    ] as const
  ).map(([fields, message]) => ({
    run: `ALTER TABLE t CONFIGURE ZONE USING ${fields}`,
    fails: ['23514', message] as [string, string | RegExp],
  })),

  // In a database with regions they decide, unless the session overrides them; and each region is a partition.
  { run: 'ALTER DATABASE dialect CONFIGURE ZONE DISCARD' },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'CREATE TABLE r (id INT PRIMARY KEY, a INT, INDEX ra (a)) LOCALITY REGIONAL BY ROW' },
  {
    run: 'ALTER TABLE r CONFIGURE ZONE USING num_replicas = 7',
    fails: ['42P17', 'attempting to modify protected field "num_replicas" of a multi-region zone configuration'],
  },
  { run: 'ALTER TABLE r CONFIGURE ZONE DISCARD', fails: ['42P17', /attempting to discard/] },
  { run: 'ALTER TABLE r CONFIGURE ZONE USING gc.ttlseconds = 90' },
  {
    run: 'SELECT partition_name, index_name, partition_value, zone_config FROM [SHOW PARTITIONS FROM INDEX r@ra]',
    rows: [
      "eu-west-1|r@ra|('eu-west-1')|num_replicas = 4,\nnum_voters = 3,\nconstraints = '{+region=eu-west-1: 1, +region=us-east-1: 1}',\nvoter_constraints = '[+region=eu-west-1]',\nlease_preferences = '[[+region=eu-west-1]]'",
      "us-east-1|r@ra|('us-east-1')|num_replicas = 4,\nnum_voters = 3,\nconstraints = '{+region=eu-west-1: 1, +region=us-east-1: 1}',\nvoter_constraints = '[+region=us-east-1]',\nlease_preferences = '[[+region=us-east-1]]'",
    ],
  },
  { run: 'SELECT count(*) FROM [SHOW PARTITIONS FROM DATABASE dialect]', rows: ['4'] },
  { run: 'SET override_multi_region_zone_config = on' },
  { run: 'ALTER PARTITION "eu-west-1" OF TABLE r CONFIGURE ZONE USING num_replicas = 5' },
  {
    run: `SELECT target, raw_config_sql LIKE '%gc.ttlseconds = 90,%num_replicas = 5,%' FROM [SHOW ZONE CONFIGURATION FROM PARTITION "eu-west-1" OF INDEX r@ra]`,
    rows: ['PARTITION "eu-west-1" OF INDEX dialect.public.r@ra|t'],
  },
  {
    run: `SELECT raw_config_sql LIKE '%num_replicas = 4,%' FROM [SHOW ZONE CONFIGURATION FROM PARTITION "us-east-1" OF TABLE r]`,
    rows: ['t'],
  },
  { run: 'ALTER DATABASE nowhere CONFIGURE ZONE USING num_replicas = 5', fails: ['3D000', /nowhere/] },
])
