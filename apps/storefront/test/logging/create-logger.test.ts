import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/logging/create-logger.js'

/** What a logger writes for these fields. */
function written(fields: object): string {
  const lines: string[] = []
  const logger = createLogger('info', { write: line => void lines.push(line) })
  logger.info(fields, 'message')
  return lines.join('')
}

test('writes no secrets', () => {
  const line = written({
    password: 's3cret',
    body: { refreshToken: 's3cret' },
    request: { headers: { authorization: 's3cret' } },
  })
  expect(line).not.toContain('s3cret')
  expect(line.match(/\[redacted\]/g)).toHaveLength(3)
})

test('writes of errors and their causes what helps, and no values that the database quotes', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ada@example.com) already exists.',
  })
  const line = written({ err: new Error('outer', { cause }) })
  expect(line).not.toContain('ada@example.com')
  expect(JSON.parse(line).err).toMatchObject({
    type: 'Error',
    message: 'outer',
    cause: { code: '23505', message: 'duplicate key' },
  })
})

test('writes JSON lines that pino’s tools understand', () => {
  expect(JSON.parse(written({ route: '/users' }))).toMatchObject({
    level: pino.levels.values.info,
    msg: 'message',
    route: '/users',
  })
})
