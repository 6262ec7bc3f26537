import { testStatements } from '../statement-tests.js'
import { translateSession } from '../translate-session.js'

const session = translateSession()

testStatements(session, [
  {
    run: `CREATE TABLE students (id INT, country STRING, born DATE, PRIMARY KEY (country, born, id), INDEX by_country (country)) PARTITION BY LIST (country) (
      PARTITION north_america VALUES IN ('CA', 'US'), PARTITION europe VALUES IN (('DE')), PARTITION DEFAULT VALUES IN (default))`,
  },
  {
    run: 'SELECT partition_name, parent_partition, column_names, index_name, partition_value, zone_config FROM [SHOW PARTITIONS FROM TABLE students]',
    rows: [
      "north_america|NULL|country|students@students_pkey|('CA'), ('US')|NULL",
      "europe|NULL|country|students@students_pkey|('DE')|NULL",
      'default|NULL|country|students@students_pkey|(DEFAULT)|NULL',
    ],
  },
  {
    run: "SELECT substring(create_statement FROM 'PARTITION.*') FROM [SHOW CREATE TABLE students]",
    rows: [
      "PARTITION BY LIST (country) (\n\tPARTITION north_america VALUES IN (('CA'), ('US')),\n\tPARTITION europe VALUES IN (('DE')),\n\tPARTITION \"default\" VALUES IN ((DEFAULT))\n) WITH (schema_locked = true);\n-- Warning: Partitioned table with no zone configurations.",
    ],
  },
  // Rows are as in any table.
  { run: "INSERT INTO students VALUES (1, 'US', '2000-01-01'), (2, 'JP', '2000-01-01')" },
  { run: 'SELECT id, country FROM students ORDER BY id', rows: ['1|US', '2|JP'] },

  // Zones of partitions.
  {
    run: "ALTER PARTITION europe OF TABLE students CONFIGURE ZONE USING constraints = '[+region=eu-west-1]', gc.ttlseconds = 60",
  },
  {
    run: 'SELECT target, raw_config_sql FROM [SHOW ZONE CONFIGURATION FROM PARTITION europe OF TABLE students]',
    rows: [
      "PARTITION europe OF INDEX dialect.public.students@students_pkey|ALTER PARTITION europe OF INDEX dialect.public.students@students_pkey CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 60,\n\tnum_replicas = 3,\n\tconstraints = '[+region=eu-west-1]',\n\tlease_preferences = '[]'",
    ],
  },
  {
    run: "SELECT zone_config FROM [SHOW PARTITIONS FROM TABLE students] WHERE partition_name = 'europe'",
    rows: ["gc.ttlseconds = 60,\nconstraints = '[+region=eu-west-1]'"],
  },
  {
    run: "SELECT create_statement LIKE E'%;\\nALTER PARTITION europe OF INDEX dialect.public.students@students_pkey CONFIGURE ZONE USING\\n\\tgc.ttlseconds = 60,\\n\\tconstraints = ''[+region=eu-west-1]'';' FROM [SHOW CREATE TABLE students]",
    rows: ['t'],
  },
  {
    run: 'ALTER PARTITION asia OF TABLE students CONFIGURE ZONE USING num_replicas = 5',
    fails: ['42704', 'partition "asia" does not exist on table "students"'],
  },
  {
    run: 'ALTER PARTITION europe OF TABLE students CONFIGURE ZONE USING num_replicas = 2',
    fails: ['23514', /at least 3 replicas/],
  },

  // By range, one inside of the other, and none again. A partition that stays keeps its zone.
  {
    run: `ALTER TABLE students PARTITION BY LIST (country) (PARTITION europe VALUES IN ('DE', 'CH') PARTITION BY RANGE (born) (
      PARTITION old VALUES FROM (MINVALUE) TO ('2000-01-01'), PARTITION young VALUES FROM ('2000-01-01') TO (MAXVALUE)))`,
  },
  {
    run: 'SELECT partition_name, parent_partition, column_names, partition_value, zone_config IS NULL FROM [SHOW PARTITIONS FROM TABLE students]',
    rows: [
      "europe|NULL|country|('DE'), ('CH')|f",
      "old|europe|born|(MINVALUE) TO ('2000-01-01')|t",
      "young|europe|born|('2000-01-01') TO (MAXVALUE)|t",
    ],
  },
  {
    run: "SELECT substring(create_statement FROM 'PARTITION BY.*WITH') FROM [SHOW CREATE TABLE students]",
    rows: [
      "PARTITION BY LIST (country) (\n\tPARTITION europe VALUES IN (('DE'), ('CH')) PARTITION BY RANGE (born) (\n\t\tPARTITION old VALUES FROM (MINVALUE) TO ('2000-01-01'),\n\t\tPARTITION young VALUES FROM ('2000-01-01') TO (MAXVALUE)\n\t)\n) WITH",
    ],
  },
  {
    run: "ALTER INDEX students@by_country PARTITION BY LIST (country) (PARTITION europe VALUES IN ('DE'))",
  },
  { run: 'ALTER PARTITION europe OF INDEX students@by_country CONFIGURE ZONE USING num_replicas = 5' },
  {
    run: 'SELECT index_name, zone_config FROM [SHOW PARTITIONS FROM INDEX students@by_country]',
    rows: ['students@by_country|num_replicas = 5'],
  },
  { run: 'SELECT count(*) FROM [SHOW PARTITIONS FROM DATABASE dialect]', rows: ['4'] },
  {
    run: "SELECT create_statement LIKE '%INDEX by_country (country ASC) PARTITION BY LIST (country) (%' FROM [SHOW CREATE TABLE students]",
    rows: ['t'],
  },
  { run: 'ALTER INDEX students@by_country PARTITION BY NOTHING' },
  {
    run: "CREATE INDEX by_born ON students (born) PARTITION BY RANGE (born) (PARTITION old VALUES FROM (MINVALUE) TO ('1999-01-01'))",
  },
  {
    run: 'SELECT index_name, partition_name FROM [SHOW PARTITIONS FROM INDEX students@by_born]',
    rows: ['students@by_born|old'],
  },
  { run: 'DROP INDEX students@by_born' },

  // What cannot be.
  {
    run: "ALTER TABLE students PARTITION BY LIST (born) (PARTITION a VALUES IN ('2000-01-01'))",
    fails: [
      '42601',
      'declared partition columns (born) do not match first 1 columns in index being partitioned (country)',
    ],
  },
  {
    run: 'CREATE TABLE short (a INT PRIMARY KEY, b INT) PARTITION BY LIST (a, b) (PARTITION x VALUES IN ((1, 2)))',
    fails: ['42601', 'declared partition columns (a, b) exceed the number of columns in index being partitioned (a)'],
  },
  {
    run: "ALTER TABLE students PARTITION BY LIST (country) (PARTITION a VALUES IN ('US'), PARTITION b VALUES IN ('CA', 'US'))",
    fails: ['XXUUU', "('US') cannot be present in more than one partition"],
  },
  {
    run: "ALTER TABLE students PARTITION BY LIST (country) (PARTITION a VALUES IN ('US'), PARTITION a VALUES IN ('CA'))",
    fails: ['XXUUU', 'PARTITION a: name must be unique'],
  },
  {
    run: "ALTER TABLE students PARTITION BY LIST (country) (PARTITION a VALUES IN (('US', 'CA')))",
    fails: ['42601', 'PARTITION a: partition has 1 columns but 2 values were supplied'],
  },
  {
    run: 'CREATE TABLE everywhere (a INT PRIMARY KEY) PARTITION ALL BY LIST (a) (PARTITION x VALUES IN (1))',
    fails: ['0A000', /PARTITION ALL BY/],
  },
  { run: 'ALTER TABLE students PARTITION BY HASH (id) (PARTITION a VALUES IN (1))', fails: ['42601', /syntax error/] },
  {
    run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"',
    fails: ['55000', 'cannot convert database dialect to a multi-region database'],
  },
  { run: 'ALTER TABLE students PARTITION BY NOTHING' },
  { run: 'SHOW PARTITIONS FROM TABLE students', rows: [] },
  { run: "SELECT create_statement LIKE '%PARTITION%' FROM [SHOW CREATE TABLE students]", rows: ['f'] },
  { run: 'ALTER DATABASE dialect PRIMARY REGION "us-east-1"' },
  {
    run: "ALTER TABLE students PARTITION BY LIST (country) (PARTITION a VALUES IN ('US'))",
    fails: ['0A000', 'cannot set PARTITION BY on a table in a multi-region enabled database'],
  },
])
