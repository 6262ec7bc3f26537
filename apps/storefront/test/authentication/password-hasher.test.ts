import { expect, test } from 'vitest'
import { PasswordHasher } from '../../src/authentication/password-hasher.js'
import { startTestStorefront } from '../fixture/storefront.js'

const { api, admin, cluster } = await startTestStorefront()

test('hashes with argon2id, as strong as is asked for today, and never the same way twice', async () => {
  const hasher = new PasswordHasher()
  const [first, second] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(second).not.toBe(first)
  expect(await hasher.verify(first, 'correct horse')).toBe(true)
  expect(await hasher.verify(first, 'wrong horse')).toBe(false)
})

test('does the work of a hash for users that there are not', async () => {
  const hasher = new PasswordHasher({ memoryKib: 65_536, passes: 3 })
  const passwordHash = await hasher.hash('correct horse')
  expect(await hasher.verify(undefined, 'nobody has this password')).toBe(false)
  // CPU time of the process, threads included: how busy the machine is does not matter.
  const [known, unknown] = [await cpu(passwordHash), await cpu(undefined)]
  expect(unknown / known).toBeGreaterThan(0.5)

  async function cpu(hash: string | undefined): Promise<number> {
    const before = process.cpuUsage()
    for (let time = 1; time <= 3; time += 1) await hasher.verify(hash, 'wrong horse')
    return process.cpuUsage(before).user
  }
})

test('is what the database keeps, and no answer shows', async () => {
  const created = await api.post('/users', { email: 'kept@example.com', name: 'Kept', password: 'correct horse' })
  const { rows } = await cluster.query<{ hash: string }>(
    'SELECT password_hash AS hash FROM credentials WHERE user_id = $1',
    [created.body.id],
  )
  expect(rows).toEqual([{ hash: expect.stringMatching(/^\$argon2id\$/) }])
  const shown = [created, await admin.get('/users'), await admin.get(`/users/${created.body.id}/overview`)]
  expect(JSON.stringify(shown.map(({ body }) => body))).not.toMatch(/argon2|hash|correct horse/)
})
