// Values that a schema would accept: what is remembered, else what the schema gives as an example.
import { recall } from './memory.js'

export function example(api, schema, name = '') {
  if (schema.$ref !== undefined) return example(api, api.components.schemas[schema.$ref.split('/').pop()], name)
  if (schema.type === 'object' && schema.examples === undefined) {
    const properties = Object.entries(schema.properties ?? {})
    return Object.fromEntries(properties.map(([key, property]) => [key, example(api, property, key)]))
  }
  if (schema.type === 'array') return [example(api, schema.items, name)]
  const [known] = recall(name)
  if (known !== undefined) return known
  if (schema.examples !== undefined) return schema.examples[0]
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'integer') return schema.default ?? Math.max(1, schema.minimum ?? 1)
  return schema.type === 'boolean' ? true : 'text'
}
