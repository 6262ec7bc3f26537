import { expect, test } from 'vitest'
import { sessionCluster } from '../../session/session-cluster.js'

const cluster = await sessionCluster(1)

test('ranges are shown to admins and owners only', async () => {
  const root = await cluster.connect()
  await root.query('CREATE TABLE secret (id INT PRIMARY KEY); CREATE USER looker; CREATE USER owner')
  await root.query('CREATE TABLE own (id INT PRIMARY KEY); ALTER TABLE own OWNER TO owner')
  const [looker, owner] = [await cluster.connect({ user: 'looker' }), await cluster.connect({ user: 'owner' })]
  for (const [user, client] of [
    ['looker', looker],
    ['owner', owner],
  ] as const) {
    const refused = (of: string) => ({
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
  }
  for (const relation of ['ranges', 'ranges_no_leases']) {
    await expect(looker.query(`SELECT * FROM crdb_internal.${relation}`)).rejects.toMatchObject({
      code: '42501',
      message: `only users with the ZONECONFIG privilege or the admin role can read crdb_internal.${relation}`,
    })
    expect((await owner.query(`SELECT * FROM crdb_internal.${relation}`)).rows).toHaveLength(2)
  }
  await expect(looker.query('SHOW RANGES FROM TABLE own')).rejects.toMatchObject({ code: '42501' })
  expect((await owner.query('SHOW RANGES FROM TABLE own')).rows).toHaveLength(1)
  expect((await root.query('SHOW RANGES FROM TABLE secret')).rows).toHaveLength(1)
})
