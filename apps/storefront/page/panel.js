// One route: what it says of itself, a form for its request, and the answer.
import { element } from './element.js'
import { example } from './example.js'
import { recall, remember } from './memory.js'
import { session } from './session.js'

export function createPanel(api, path, method, operation) {
  const body = operation.requestBody?.content['application/json'].schema
  const fields = (operation.parameters ?? []).map(parameter => createField(parameter))
  const text = body && element('textarea', { name: 'body', spellcheck: false, ariaLabel: 'Body' })
  const answer = element('div', { className: 'answer', ariaLive: 'polite' })
  const stop = element('button', { type: 'button', hidden: true }, 'Stop')
  const form = element(
    'form',
    { className: 'request' },
    ...fields,
    text && element('label', {}, 'Body, JSON', text),
    element('div', { className: 'actions' }, element('button', { className: 'main' }, 'Send'), stop),
    answer,
    problems(operation.responses),
  )
  let sending = new AbortController()
  stop.addEventListener('click', () => sending.abort())
  form.addEventListener('submit', event => {
    event.preventDefault()
    sending.abort()
    sending = new AbortController()
    const { signal } = sending
    stop.hidden = false
    void send(path, request(path, method, new FormData(form)), answer, signal).finally(() => {
      stop.hidden = signal === sending.signal
    })
  })
  const details = element('details', { className: 'operation' }, headline(path, method, operation), form)
  details.addEventListener('toggle', () => {
    if (!details.open) return
    for (const input of form.querySelectorAll('input')) fillIn(input)
    if (text !== undefined && text.value === '') {
      text.value = JSON.stringify(example(api, body), undefined, 2)
      text.rows = Math.min(16, text.value.split('\n').length + 1)
    }
  })
  return details
}

function headline(path, method, { summary, description }) {
  return element(
    'summary',
    {},
    element('code', { className: `method ${method}` }, method),
    element('code', {}, path),
    element('span', { className: 'who' }, description),
    element('span', { className: 'what' }, summary.replaceAll('`', '')),
  )
}

function createField({ name, in: place, required, description = '', schema }) {
  const choices = element('datalist', { id: `choices-${crypto.randomUUID()}` })
  const input = element('input', { name: `${place} ${name}`, required: required === true, spellcheck: false })
  input.setAttribute('list', choices.id)
  input.dataset.example = required && place !== 'path' ? (schema.examples?.[0] ?? '') : ''
  const label = `${name}${required ? '' : ', optional'}`
  return element('label', {}, label, input, choices, element('small', {}, description.replaceAll('`', '')))
}

/** What is remembered is offered, and taken for what has to be there. */
function fillIn(input) {
  const name = input.name.split(' ')[1]
  const known = recall(name)
  input.list.replaceChildren(...known.map(value => element('option', { value })))
  if (name === 'idempotency-key') input.value = crypto.randomUUID()
  else if (input.value === '' && (input.required || name === 'if-match'))
    input.value = known[0] ?? input.dataset.example
}

function request(path, method, fields) {
  const query = new URLSearchParams()
  const headers = session.headers()
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
  return { address: query.size > 0 ? `${address}?${query}` : address, method, headers, body }
}

async function send(path, { address, ...init }, answer, signal) {
  const output = element('pre')
  const status = element('strong', {}, '…')
  const headers = element('small')
  const curl = element('details', {}, element('summary', {}, 'as curl'), element('pre', {}, asCurl(address, init)))
  answer.replaceChildren(element('div', {}, status, ' ', headers), output, curl)
  const startedAt = performance.now()
  try {
    const response = await fetch(address, { ...init, signal })
    const shown = [...response.headers].filter(([name]) =>
      /^(etag|location|retry-after|idempotent|x-request)/.test(name),
    )
    status.textContent = `${response.status} ${response.statusText}`
    status.className = response.ok ? 'good' : 'bad'
    headers.textContent = [
      `${Math.round(performance.now() - startedAt)} ms`,
      ...shown.map(pair => pair.join(': ')),
    ].join(' · ')
    // A stream is shown as it comes.
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) output.append(chunk)
    if (/json/.test(response.headers.get('content-type') ?? '')) {
      const parsed = JSON.parse(output.textContent)
      output.textContent = JSON.stringify(parsed, undefined, 2)
      if (response.ok) await learn(path, init, parsed, response.headers.get('etag') ?? undefined)
    }
    output.hidden = output.textContent === ''
  } catch (error) {
    if (!signal.aborted) output.append(String(error))
  }
}

async function learn(path, { body }, parsed, etag) {
  remember(path, parsed, etag)
  if (typeof parsed.accessToken === 'string') await session.accept(parsed, body && JSON.parse(body).email)
}

function asCurl(address, { method, headers, body }) {
  const lines = [`curl -X ${method} ${quoted(location.origin + address)}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (body !== undefined) lines.push(`-d ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function problems(responses) {
  const lines = Object.entries(responses).filter(([status]) => Number(status) >= 400)
  const items = lines.map(([status, { description }]) =>
    element('li', {}, `${status}  ${description.replaceAll('`', '').replaceAll('\n\n', ' ')}`),
  )
  return element(
    'details',
    {},
    element('summary', {}, 'What can go wrong'),
    element('ul', { className: 'problems' }, ...items),
  )
}
