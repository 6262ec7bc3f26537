/** Options over their defaults. One that is `undefined` was not given, as when an application passes on its own optional ones: its default stays. */
export function withDefaults<Defaults extends object, Given extends object>(
  defaults: Defaults,
  given: Given,
): Defaults & Given {
  const own = { ...given }
  for (const name of Object.keys(own)) if (Reflect.get(own, name) === undefined) Reflect.deleteProperty(own, name)
  return Object.assign({}, defaults, own)
}
