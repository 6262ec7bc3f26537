// Draws /openapi.json as a list of forms and sends what is typed into them. No foreign host, no framework.
import { element } from './element.js'
import { createPanel } from './panel.js'
import { session } from './session.js'

const api = await (await fetch('/openapi.json')).json()
const operations = document.querySelector('#operations')
const groups = document.querySelector('#groups')
document.querySelector('#about').textContent = api.info.description

const panels = []
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const panel = createPanel(api, path, method.toUpperCase(), operation)
    sectionOf(operation.tags[0]).append(panel)
    panels.push({ panel, text: `${method} ${path} ${operation.summary} ${operation.tags[0]}`.toLowerCase() })
  }
}

function sectionOf(tag) {
  const id = `tag-${tag.toLowerCase().replaceAll(' ', '-')}`
  const known = document.getElementById(id)
  if (known !== null) return known
  const section = element('section', { id }, element('h2', {}, tag))
  operations.append(section)
  groups.append(element('li', {}, element('a', { href: `#${id}` }, tag)))
  return section
}

document.querySelector('#filter').addEventListener('input', event => {
  const words = event.target.value.toLowerCase().split(/\s+/)
  for (const { panel, text } of panels) panel.hidden = !words.every(word => text.includes(word))
  for (const section of operations.children) section.hidden = section.querySelector('details:not([hidden])') === null
})

const [signIn, signedIn] = [document.querySelector('#sign-in'), document.querySelector('#signed-in')]

signIn.addEventListener('submit', event => {
  event.preventDefault()
  void trySignIn()
})

async function trySignIn() {
  const { email, password } = Object.fromEntries(new FormData(signIn))
  const said = await session.signIn(email, password).catch(String)
  if (said === undefined) signIn.reset()
  else signIn.querySelector('p').textContent = said
}

signedIn.addEventListener('submit', event => {
  event.preventDefault()
  void session.signOut()
})

session.onChange(() => {
  const { holder } = session
  signIn.hidden = holder !== undefined
  signedIn.hidden = holder === undefined
  if (holder === undefined) signIn.querySelector('p').textContent = 'Not signed in.'
  else
    signedIn.querySelector('p').textContent =
      `Signed in as ${holder.name}${holder.role === 'admin' ? ', an administrator' : ''}.`
})
