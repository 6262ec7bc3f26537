import { expect, test } from 'vitest'
import { renderVariablesSql } from '../../src/variables/render-variables-sql.js'

test('the overlay knows the variables of the table', async () => {
  await expect(renderVariablesSql()).toMatchFileSnapshot('../../overlay/05-variables.sql')
})
