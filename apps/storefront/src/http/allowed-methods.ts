import type { Route } from '../routes/route.js'

/** Says which methods an address takes; none where there is nothing. */
export function createAllowedMethods(routes: readonly Route[]): (path: string) => readonly string[] {
  const templates = routes.map(({ method, path }) => ({ method, pattern: pathPattern(path) }))
  return path => templates.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
}

function pathPattern(template: string): RegExp {
  const segments = template.split('/').map(segment => (segment.startsWith('{') ? '[^/]+' : escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
