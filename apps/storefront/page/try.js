// Draws /openapi.json as a list of forms and sends what is typed into them. No foreign host, no framework.

const api = await (await fetch('/openapi.json')).json()
const operations = document.querySelector('#operations')
const token = document.querySelector('#token')
document.querySelector('#about').textContent = api.info.description

let group
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (operation.tags[0] !== group) {
      group = operation.tags[0]
      operations.append(element('h2', {}, group))
    }
    operations.append(panel(path, method.toUpperCase(), operation))
  }
}

function panel(path, method, operation) {
  const form = element('form')
  for (const parameter of operation.parameters ?? []) {
    const name = `${parameter.in} ${parameter.name}`
    const placeholder = parameter.description ?? parameter.schema.format ?? parameter.schema.type ?? ''
    form.append(
      element('label', { htmlFor: `${method}${path}${name}` }, `${parameter.name}${parameter.required ? ' *' : ''}`),
    )
    form.append(element('input', { id: `${method}${path}${name}`, name, placeholder, value: suggestion(parameter) }))
  }
  const body = operation.requestBody?.content['application/json'].schema
  if (body !== undefined) {
    form.append(
      element('textarea', { name: 'body', value: JSON.stringify(example(body), undefined, 2), spellcheck: false }),
    )
  }
  const result = element('pre', { hidden: true })
  form.append(element('button', {}, 'Send'), problems(operation.responses), result)
  form.addEventListener('submit', async event => {
    event.preventDefault()
    result.hidden = false
    result.textContent = await send(path, method, new FormData(form)).catch(error => String(error))
  })
  const title = element('summary', {}, element('code', {}, method), element('code', {}, path), ' ')
  title.append(element('span', {}, operation.summary))
  return element('details', {}, title, form)
}

async function send(path, method, fields) {
  const query = new URLSearchParams()
  const headers = {}
  let address = path
  for (const [name, value] of fields) {
    if (value === '' || name === 'body') continue
    const [place, key] = name.split(' ')
    if (place === 'path') address = address.replace(`{${key}}`, encodeURIComponent(value))
    if (place === 'query') query.set(key, value)
    if (place === 'header') headers[key] = value
  }
  const body = fields.get('body') ?? undefined
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (token.value !== '') headers.authorization = `Bearer ${token.value}`
  const init = body === undefined ? { method, headers } : { method, headers, body }
  const response = await fetch(`${address}${query.size > 0 ? `?${query}` : ''}`, init)
  const shown = [...response.headers].filter(([name]) => /^(content-type|etag|location|retry-after|x-)/.test(name))
  const text = await response.text()
  if (path.startsWith('/sessions') && response.ok && text !== '') token.value = JSON.parse(text).accessToken
  return [`${response.status} ${response.statusText}`, ...shown.map(pair => pair.join(': ')), '', indent(text)].join(
    '\n',
  )
}

function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

function problems(responses) {
  const lines = Object.entries(responses).filter(([status]) => Number(status) >= 400)
  return element(
    'ul',
    {},
    ...lines.map(([status, { description }]) => element('li', {}, `${status}  ${description.replaceAll('`', '')}`)),
  )
}

function suggestion(parameter) {
  if (parameter.name === 'idempotency-key') return crypto.randomUUID()
  return parameter.required && parameter.in !== 'path' ? (parameter.schema.examples?.[0] ?? '') : ''
}

function example(schema) {
  if (schema.$ref !== undefined) return example(api.components.schemas[schema.$ref.split('/').pop()])
  if (schema.examples !== undefined) return schema.examples[0]
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [name, example(property)]),
    )
  }
  if (schema.type === 'array') return [example(schema.items)]
  if (schema.enum !== undefined) return schema.enum[0]
  return schema.type === 'integer' ? Math.max(1, schema.minimum ?? 1) : schema.type === 'boolean' ? true : 'text'
}

function element(name, properties = {}, ...children) {
  const created = Object.assign(document.createElement(name), properties)
  created.append(...children)
  return created
}
