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
    rows: ['RANGE default', 'DATABASE dialect', 'TABLE dialect.public.t'],
  },
  { run: 'ALTER TABLE t CONFIGURE ZONE DISCARD' },
  { run: 'SELECT target FROM [SHOW ZONE CONFIGURATION FROM TABLE t]', rows: ['DATABASE dialect'] },
  {
    run: "ALTER TABLE t CONFIGURE ZONE USING constraints = '[+region=mars]'",
    fails: ['22023', /constraint "\+region=mars" matches no existing nodes/],
  },
  {
    run: 'ALTER TABLE t CONFIGURE ZONE USING nonsense = 1',
    fails: ['22023', 'unsupported zone config parameter: "nonsense"'],
  },
  {
    run: 'ALTER RANGE default CONFIGURE ZONE USING num_replicas = 5',
    fails: ['0A000', /zone configurations of ranges/],
  },
  { run: 'ALTER PARTITION p OF TABLE t CONFIGURE ZONE USING num_replicas = 5', fails: ['0A000', /partitions/] },
  { run: 'ALTER DATABASE postgres CONFIGURE ZONE USING num_replicas = 5', fails: ['0A000', /another database/] },
])
