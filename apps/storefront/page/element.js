// Makes elements; text is always text, never markup.
export function element(name, properties = {}, ...children) {
  const created = Object.assign(document.createElement(name), properties)
  created.append(...children.filter(child => child !== undefined))
  return created
}
