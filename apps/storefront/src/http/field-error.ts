import type { ErrorObject } from 'ajv/dist/2020.js'
import type { FieldError } from '../errors/storefront-error.js'
import { describeSchema } from './describe-schema.js'

/** What is wrong with a field, in words that say what it should be; undefined when another error says it. `part`: where in the request it is, `/body`. */
export function fieldError(part: string, error: ErrorObject): FieldError | undefined {
  const { instancePath, keyword, params, parentSchema, propertyName } = error
  const field = `${part}${instancePath}`
  if (propertyName !== undefined)
    return { field: `${field}/${propertyName}`, message: `must be ${describeSchema(parentSchema)}` }
  // It comes on top of what is wrong with the name.
  if (keyword === 'propertyNames') return undefined
  if (keyword === 'additionalProperties')
    return { field: `${field}/${params.additionalProperty}`, message: 'is not a field of this request; leave it out' }
  if (keyword === 'required') {
    const { missingProperty } = params
    const wanted = describeSchema(parentSchema?.properties?.[missingProperty])
    return { field: `${field}/${missingProperty}`, message: `is required: ${wanted}` }
  }
  return { field, message: `must be ${describeSchema(parentSchema)}` }
}
