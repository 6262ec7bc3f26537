import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'

const cluster = await sessionCluster(1)

test('ranges are shown to admins and owners only', async () => {
  const root = await cluster.connect()
  await root.query('CREATE TABLE secret (id INT PRIMARY KEY); CREATE USER looker; CREATE USER owner')
  await root.query('CREATE TABLE own (id INT PRIMARY KEY); ALTER TABLE own OWNER TO owner')
  for (const user of ['looker', 'owner']) {
    const client = await cluster.connect({ user })
    const refused = (of: string): unknown => ({
      code: '42501',
      message: `user ${user} does not have ZONECONFIG privilege on ${of}`,
    })
    await expect(client.query('SHOW RANGES FROM TABLE secret')).rejects.toMatchObject(refused('relation secret'))
    await expect(client.query('SHOW RANGE FROM TABLE secret FOR ROW (1)')).rejects.toMatchObject(
      refused('relation secret'),
    )
    await expect(client.query('SHOW RANGES FROM DATABASE defaultdb')).rejects.toMatchObject(
      refused('database defaultdb'),
    )
    const own = client.query('SHOW RANGES FROM TABLE own')
    if (user === 'owner') expect((await own).rows).toHaveLength(1)
    else await expect(own).rejects.toMatchObject(refused('relation own'))
  }
  expect((await root.query('SHOW RANGES FROM TABLE secret')).rows).toHaveLength(1)
})
