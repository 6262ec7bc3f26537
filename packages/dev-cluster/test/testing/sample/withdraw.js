import { Client } from 'pg'

/** Takes money from the one account, as each file of tests does: they would disturb each other in one database. */
export async function withdraw(database, amount) {
  const client = new Client({ connectionString: database.nodeUrls[0] })
  await client.connect()
  const { rows } = await client.query('UPDATE accounts SET balance = balance - $1 WHERE id = 1 RETURNING balance', [
    amount,
  ])
  await client.end()
  return Number(rows[0].balance)
}
