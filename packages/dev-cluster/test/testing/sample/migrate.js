import { Client } from 'pg'

/** What a project's migrations come to: a table, and a row that every test finds. */
export async function migrate(url, nodeUrl) {
  const client = new Client({ connectionString: nodeUrl })
  await client.connect()
  await client.query('CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL)')
  await client.query('INSERT INTO accounts VALUES (1, 100)')
  await client.end()
}
