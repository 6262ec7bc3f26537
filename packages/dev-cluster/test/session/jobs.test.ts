import { beforeAll, describe, expect, it } from 'vitest'
import { sessionCluster } from './session-cluster.js'

const cluster = await sessionCluster(3)

beforeAll(async () => {
  const root = await cluster.connect()
  await root.query('CREATE USER carl; CREATE USER mary')
  await cluster.closeClients()
})

const names = (result: { fields: { name: string }[] }) => result.fields.map(field => field.name)

const ended = (id: string, what: string) => ({
  code: 'XXUUU',
  message: `job ${id}: job with state succeeded ${what}`,
})

describe('jobs', () => {
  it('are the schema changes that ran', async () => {
    const root = await cluster.connect({ node: 2 })
    await root.query('CREATE TABLE jobs_t (id INT PRIMARY KEY)')
    await root.query('ALTER TABLE jobs_t ADD COLUMN note STRING')
    await root.query('CREATE INDEX ON jobs_t (note)')
    const shown = await root.query<{ job_id: string; description: string; status: string }>('SHOW JOBS')
    expect(names(shown)).toEqual(
      [
        'job_id',
        'job_type',
        'description',
        'statement',
        'user_name',
        'status',
        'running_status',
        'created',
        'started',
      ].concat([
        'finished',
        'modified',
        'fraction_completed',
        'error',
        'coordinator_id',
        'trace_id',
        'execution_errors',
      ]),
    )
    expect(shown.rows).toMatchObject([
      {
        job_type: 'NEW SCHEMA CHANGE',
        description: 'ALTER TABLE jobs_t ADD COLUMN note STRING',
        status: 'succeeded',
        coordinator_id: '2',
      },
      { description: 'CREATE INDEX ON jobs_t (note)' },
    ])
    const id = shown.rows[0]?.job_id ?? ''
    for (const text of [
      `SHOW JOB ${id}`,
      `SHOW JOB WHEN COMPLETE ${id}`,
      `SHOW JOBS WHEN COMPLETE (SELECT job_id FROM [SHOW JOBS] WHERE job_id = ${id})`,
    ])
      expect((await root.query(text)).rows).toMatchObject([{ job_id: id }])
    const carl = await cluster.connect({ user: 'carl' })
    expect((await carl.query('SHOW JOBS')).rows).toEqual([])
    expect((await carl.query('SELECT count(*) AS n FROM crdb_internal.jobs')).rows).toEqual([{ n: '0' }])
    await expect(root.query('ALTER TABLE missing ADD COLUMN x INT')).rejects.toMatchObject({ code: '42P01' })
    expect((await root.query('SHOW JOBS')).rows).toHaveLength(2)
  })

  it('cannot be changed any more, which only those are told who may', async () => {
    const root = await cluster.connect()
    await root.query('CREATE TABLE jobs_c (id INT PRIMARY KEY); GRANT ALL ON DATABASE defaultdb TO carl, mary')
    await root.query('CREATE INDEX ON jobs_c (id)')
    const [carl, mary] = [await cluster.connect({ user: 'carl' }), await cluster.connect({ user: 'mary', node: 2 })]
    await carl.query('CREATE TABLE jobs_own (id INT PRIMARY KEY)')
    await carl.query('ALTER TABLE jobs_own ADD COLUMN a INT')
    await carl.query('DROP TABLE jobs_own')
    const idOf = async (text: string) => {
      const { rows } = await root.query<{ job_id: string }>(
        `SELECT job_id FROM [SHOW JOBS] WHERE description LIKE '${text}%' ORDER BY created DESC LIMIT 1`,
      )
      return rows[0]?.job_id ?? ''
    }
    const [roots, carls, dropped] = [
      await idOf('CREATE INDEX ON jobs_c'),
      await idOf('ALTER TABLE jobs_own'),
      await idOf('DROP TABLE jobs_own'),
    ]
    for (const client of [root, carl]) {
      await expect(client.query(`PAUSE JOB ${carls}`)).rejects.toMatchObject(
        ended(carls, 'cannot be requested to be paused'),
      )
      await expect(client.query(`RESUME JOB ${carls}`)).rejects.toMatchObject(ended(carls, 'cannot be resumed'))
      await expect(client.query('CANCEL JOB $1', [carls])).rejects.toMatchObject(
        ended(carls, 'cannot be requested to be canceled'),
      )
      await expect(client.query(`CANCEL JOB ${dropped}`)).rejects.toMatchObject({
        message: `job ${dropped}: job ${dropped}: not cancelable`,
      })
    }
    await expect(
      root.query(`PAUSE JOBS (SELECT job_id FROM [SHOW JOBS] WHERE user_name = 'carl')`),
    ).rejects.toMatchObject({
      message: expect.stringContaining('cannot be requested to be paused') as unknown,
    })
    await expect(root.query(`PAUSE JOB ${carls} WITH REASON = 'lunch'`)).rejects.toMatchObject({ code: 'XXUUU' })
    await expect(root.query('CANCEL JOB 1')).rejects.toMatchObject({ message: 'job with ID 1 does not exist' })
    await expect(root.query(`RESUME JOB 'x'`)).rejects.toMatchObject({ code: '22P02' })

    // Rights: one's own, those of others with CONTROLJOB, an admin's as admin only.
    expect((await mary.query('SHOW JOBS')).rows).toEqual([])
    await expect(mary.query(`PAUSE JOB ${carls}`)).rejects.toMatchObject({
      code: '42501',
      message: `user mary does not have privileges for job ${carls}`,
    })
    const notAdmin = { code: '42501', message: 'only admins can control jobs owned by other admins' }
    await expect(carl.query(`CANCEL JOB ${roots}`)).rejects.toMatchObject(notAdmin)
    for (const [grant, revoke] of [
      ['ALTER USER mary WITH CONTROLJOB', 'ALTER USER mary WITH NOCONTROLJOB'],
      ['GRANT SYSTEM CONTROLJOB TO mary', 'REVOKE SYSTEM CONTROLJOB FROM mary'],
      ['GRANT carl TO mary', 'REVOKE carl FROM mary'],
    ] as const) {
      await root.query(grant)
      expect((await mary.query(`SELECT job_id FROM [SHOW JOBS] WHERE job_id = ${carls}`)).rows).toHaveLength(1)
      await expect(mary.query(`PAUSE JOB ${carls}`)).rejects.toMatchObject({ code: 'XXUUU' })
      await expect(mary.query(`PAUSE JOB ${roots}`)).rejects.toMatchObject(notAdmin)
      await root.query(revoke)
    }
    await root.query('GRANT SYSTEM VIEWJOB TO mary')
    expect((await mary.query(`SELECT job_id FROM [SHOW JOBS] WHERE job_id = ${roots}`)).rows).toHaveLength(1)
    await expect(mary.query(`PAUSE JOB ${carls}`)).rejects.toMatchObject({ code: '42501' })
    await root.query('REVOKE SYSTEM VIEWJOB FROM mary')
    await root.query('REVOKE ALL ON DATABASE defaultdb FROM carl, mary; DROP TABLE jobs_c')
  })

  it('of a type, of schedules, and of nobody are none', async () => {
    const root = await cluster.connectRaw()
    const tagOf = async (text: string) => {
      const answer = await root.query(text)
      return answer.flatMap(message => (message.name === 'CommandComplete' ? [message.tag] : []))
    }
    expect(await tagOf('CANCEL ALL BACKUP JOBS')).toEqual(['CANCEL JOBS 0'])
    expect(await tagOf("PAUSE JOBS (SELECT job_id FROM [SHOW JOBS] WHERE user_name = 'nobody')")).toEqual([
      'PAUSE JOBS 0',
    ])
    expect(await tagOf('RESUME JOBS FOR SCHEDULE 5')).toEqual(['RESUME JOBS FOR SCHEDULES 0'])
    const client = await cluster.connect()
    await expect(client.query('CANCEL ALL LUNCH JOBS')).rejects.toMatchObject({ code: '42601' })
    await expect(client.query('PAUSE JOB')).rejects.toMatchObject({ code: '42601' })
    expect((await client.query('SHOW CHANGEFEED JOBS')).rows).toEqual([])
  })
})
