import { randomBytes } from 'node:crypto'

/** What in a cache folder is ours. Whoever names a folder that holds other things keeps those. */
export const cacheNames: Readonly<Record<'build' | 'template' | 'spare', RegExp>> = {
  build: /^build-[0-9a-f]{12}$/,
  template: /^template-[0-9a-f]{16}$/,
  spare: /^spare-[0-9a-f]{16}-[0-9a-f]{12}$/,
}

/** For what is being made, or removed. */
export function newBuildName(): string {
  return `build-${randomBytes(6).toString('hex')}`
}

export function templateName(key: string): string {
  return `template-${key}`
}

export function newSpareName(key: string): string {
  return `spare-${key}-${randomBytes(6).toString('hex')}`
}
