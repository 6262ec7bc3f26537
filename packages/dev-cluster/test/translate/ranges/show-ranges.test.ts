import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()
const replicas = [
  'replicas:1016',
  'replica_localities:1009',
  'voting_replicas:1016',
  'non_voting_replicas:1016',
  'learner_replicas:1016',
  'split_enforced_until:1114',
]
const everywhere =
  '{1,2,3}|{"region=us-east-1,zone=us-east-1a","region=us-west-1,zone=us-west-1a","region=eu-west-1,zone=eu-west-1a"}'

testStatements(session, [
  { run: 'CREATE TABLE t (id INT PRIMARY KEY, a INT, INDEX i (a))' },
  {
    run: 'SHOW RANGES FROM TABLE t',
    columns: ['start_key:25', 'end_key:25', 'range_id:20', ...replicas],
  },
  {
    run: 'SELECT start_key, end_key, replicas, replica_localities, voting_replicas, non_voting_replicas, learner_replicas, split_enforced_until FROM [SHOW RANGES FROM TABLE t]',
    rows: [`…/<TableMin>|…/<TableMax>|${everywhere}|{1,2,3}|{}|{}|NULL`],
  },
  {
    run: 'SHOW RANGES FROM DATABASE dialect WITH TABLES, KEYS, DETAILS',
    columns: [
      'start_key:25',
      'end_key:25',
      'raw_start_key:17',
      'raw_end_key:17',
      'range_id:20',
      'schema_name:25',
      'table_name:25',
      'table_id:20',
      'table_start_key:25',
      'table_end_key:25',
      'raw_table_start_key:17',
      'raw_table_end_key:17',
      'range_size_mb:1700',
      'lease_holder:20',
      'lease_holder_locality:25',
      ...replicas,
      'range_size:20',
      'span_stats:3802',
    ],
  },
  {
    run: 'SELECT index_name, index_id, index_start_key, index_end_key FROM [SHOW RANGES FROM TABLE t WITH INDEXES]',
    rows: ['t_pkey|1|…/1|…/2', 'i|2|…/2|…/3'],
  },
  {
    run: "SELECT start_key = '/Table/' || table_id, raw_start_key = raw_table_start_key, lease_holder FROM [SHOW RANGES WITH TABLES, KEYS, DETAILS]",
    rows: ['t|t|1'],
  },
  { run: 'SHOW RANGES FROM TABLE t WITH TABLES', fails: ['42601', /cannot use TABLES/] },
  { run: 'SHOW RANGES WITH TABLES, INDEXES', fails: ['0A000', 'cannot combine INDEXES with TABLES'] },
  { run: 'SHOW RANGES FROM TABLE nowhere', fails: ['42P01', /nowhere/] },
  { run: 'SHOW RANGES FROM INDEX t@nowhere', fails: ['42704', 'index nowhere does not exist'] },

  // Leases are where zone configurations want them.
  { run: "ALTER TABLE t CONFIGURE ZONE USING lease_preferences = '[[+region=eu-west-1]]'" },
  {
    run: 'SELECT lease_holder, lease_holder_locality FROM [SHOW RANGE FROM TABLE t FOR ROW (1)]',
    rows: ['3|region=eu-west-1,zone=eu-west-1a'],
  },

  // Each region's rows have a range in each index.
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "us-west-1"' },
  { run: 'ALTER DATABASE dialect ADD REGION "eu-west-1"' },
  { run: 'CREATE TABLE r (id INT PRIMARY KEY, a INT, INDEX ra (a)) LOCALITY REGIONAL BY ROW' },
  {
    run: 'SELECT start_key, end_key, lease_holder FROM [SHOW RANGES FROM INDEX r@ra WITH DETAILS]',
    rows: ['…/"@"|…/"@"/PrefixEnd|3', '…/"\\x80"|…/"\\x80"/PrefixEnd|1', '…/"\\xc0"|…/"\\xc0"/PrefixEnd|2'],
  },
  { run: 'SELECT count(*), count(DISTINCT range_id) FROM [SHOW RANGES FROM TABLE r]', rows: ['6|6'] },
  {
    run: "SELECT start_key, lease_holder_locality FROM [SHOW RANGE FROM TABLE r FOR ROW ('us-west-1', 5)]",
    rows: ['…/1/"\\xc0"|region=us-west-1,zone=us-west-1a'],
  },
  { run: 'SELECT node_id, leases FROM crdb_internal.gossip_nodes ORDER BY node_id', rows: ['1|3', '2|2', '3|2'] },

  // The same as relations of crdb_internal.
  {
    run: 'SELECT * FROM crdb_internal.ranges_no_leases WHERE false',
    columns: [
      'range_id:20',
      'start_key:17',
      'start_pretty:25',
      'end_key:17',
      'end_pretty:25',
      'replicas:1016',
      'replica_localities:1009',
      'voting_replicas:1016',
      'non_voting_replicas:1016',
      'learner_replicas:1016',
      'split_enforced_until:1114',
    ],
  },
  {
    run: `SELECT count(*) FROM crdb_internal.ranges r JOIN [SHOW RANGES WITH DETAILS, KEYS] s
      ON r.range_id = s.range_id AND r.start_pretty = s.start_key AND r.end_pretty = s.end_key AND r.start_key = s.raw_start_key
      AND r.end_key = s.raw_end_key AND r.replicas = s.replicas AND r.lease_holder = s.lease_holder AND r.range_size = s.range_size AND r.errors = ' '`,
    rows: ['7'],
  },
  {
    run: 'SELECT count(*), count(DISTINCT n.range_id) FROM crdb_internal.ranges_no_leases n JOIN crdb_internal.ranges r USING (range_id, start_key, end_key, voting_replicas)',
    rows: ['7|7'],
  },
])
