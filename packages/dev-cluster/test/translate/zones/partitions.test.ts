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
    fails: ['XXUUU', 'PARTITION a: name must be unique (used twice in index "students_pkey")'],
  },
  {
    run: "ALTER TABLE students PARTITION BY LIST (country) (PARTITION a VALUES IN (('US', 'CA')))",
    fails: ['42601', 'PARTITION a: partition has 1 columns but 2 values were supplied'],
  },
  ...(
    [
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (-3) TO (2), PARTITION p2 VALUES FROM (1) TO (3))',
        'partitions p1 and p2 overlap',
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (NULL) TO (MAXVALUE), PARTITION p2 VALUES FROM (1) TO (2))',
        'partitions p1 and p2 overlap',
      ],
      [
        'STRING',
        "RANGE (a) (PARTITION p1 VALUES FROM ('a') TO ('c'), PARTITION p2 VALUES FROM ('bbb') TO ('d'))",
        'partitions p1 and p2 overlap',
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (0) TO (0))',
        'PARTITION p1: empty range: lower bound (0) is equal to upper bound (0)',
      ],
      [
        'DATE',
        "RANGE (a) (PARTITION p1 VALUES FROM ('2020-01-01') TO ('2020-1-1'))",
        "PARTITION p1: empty range: lower bound ('2020-01-01') is equal to upper bound ('2020-1-1')",
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (9) TO (-300))',
        'PARTITION p1: empty range: lower bound (9) is greater than upper bound (-300)',
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (0) TO (NULL))',
        'PARTITION p1: empty range: lower bound (0) is greater than upper bound (NULL)',
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (DEFAULT) TO (0))',
        'PARTITION p1: DEFAULT cannot be used with PARTITION BY RANGE',
      ],
      [
        'INT',
        'LIST (a) (PARTITION p1 VALUES IN (MINVALUE))',
        'PARTITION p1: MINVALUE cannot be used with PARTITION BY LIST',
      ],
      [
        'DECIMAL',
        'LIST (a) (PARTITION p1 VALUES IN (1.0), PARTITION p2 VALUES IN (1.000))',
        '(1.000) cannot be present in more than one partition',
      ],
      [
        'INT',
        'RANGE (a) (PARTITION p1 VALUES FROM (0) TO (1) PARTITION BY LIST (b) (PARTITION p2 VALUES IN (2)))',
        'PARTITION p1: cannot subpartition a range partition',
      ],
      [
        'INT',
        'RANGE (a, b) (PARTITION p1 VALUES FROM (1, MAXVALUE) TO (2, MINVALUE))',
        'PARTITION p1: empty range: lower bound (1, MAXVALUE) is equal to upper bound (2, MINVALUE)',
      ],
      [
        'INT',
        'RANGE (a, b) (PARTITION p2 VALUES FROM (MINVALUE, MINVALUE) TO (1, MAXVALUE), PARTITION p1 VALUES FROM (1, 99) TO (MAXVALUE, MAXVALUE))',
        'partitions p2 and p1 overlap',
      ],
      [
        'INT',
        'RANGE (a, b) (PARTITION p1 VALUES FROM (MAXVALUE, 1) TO (MAXVALUE, MAXVALUE))',
        'PARTITION p1: non-MAXVALUE value (1) not allowed after MAXVALUE',
      ],
      [
        'INT',
        'LIST (a, b) (PARTITION p1 VALUES IN ((DEFAULT, 1)))',
        'PARTITION p1: non-DEFAULT value (1) not allowed after DEFAULT',
      ],
    ] as const
  ).map(([type, by, message]) => ({
    run: `CREATE TABLE wrong (a ${type}, b INT, PRIMARY KEY (a, b)) PARTITION BY ${by}`,
    fails: ['XXUUU', message] as [string, string],
  })),
  {
    run: 'CREATE TABLE wrong (a INT, PRIMARY KEY (a DESC)) PARTITION BY RANGE (a) (PARTITION p1 VALUES FROM (MINVALUE) TO (NULL), PARTITION p2 VALUES FROM (2) TO (1))',
    fails: ['XXUUU', 'partitions p1 and p2 overlap'],
  },
  { run: "SELECT count(*) FROM [SHOW TABLES] WHERE table_name = 'wrong'", rows: ['0'] },
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
