// Who is signed in. Tokens stay in memory only: nothing on the disk, nothing for another page to read.
let tokens
let holder
let refreshing
const listeners = []

export const session = {
  get holder() {
    return holder
  },

  onChange(listener) {
    listeners.push(listener)
  },

  /** Also when somebody signs in by the form of POST /sessions. */
  async accept(next, name) {
    tokens = next
    const { sub: id, role } = JSON.parse(
      atob(tokens.accessToken.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')),
    )
    holder = { id, role, name: name ?? holder?.name ?? id }
    refreshLater((tokens.expiresInSeconds - 30) * 1000)
    for (const listener of listeners) listener()
  },

  /** Says what is wrong; nothing when it went well. */
  async signIn(email, password) {
    const response = await post('/sessions', { email, password })
    const body = await response.json()
    if (!response.ok) return body.title
    await session.accept(body, email)
    return undefined
  },

  async signOut() {
    await post('/sessions/end', { refreshToken: tokens.refreshToken })
    forget()
  },

  headers() {
    return tokens === undefined ? {} : { authorization: `Bearer ${tokens.accessToken}` }
  },
}

function refreshLater(delayMs) {
  clearTimeout(refreshing)
  // A network that is away for a moment signs nobody out.
  refreshing = setTimeout(() => void refresh().catch(() => refreshLater(5_000)), delayMs)
}

async function refresh() {
  const response = await post('/sessions/refresh', { refreshToken: tokens.refreshToken })
  if (response.ok) await session.accept(await response.json())
  else forget()
}

function forget() {
  clearTimeout(refreshing)
  tokens = undefined
  holder = undefined
  for (const listener of listeners) listener()
}

function post(path, body) {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}
