/**
 * The groups in which everybody can be reached from everybody, of at least two: where a graph has cycles (Tarjan, 1972). Iterative,
 * because a path through a long history is deeper than the stack.
 */
export function strongComponents(
  nodes: Iterable<number>,
  successors: (node: number) => Iterable<number>,
): ReadonlySet<number>[] {
  const components: Set<number>[] = []
  const index = new Map<number, number>()
  const lowest = new Map<number, number>()
  const stack: number[] = []
  const onStack = new Set<number>()
  const enter = (node: number) => {
    index.set(node, index.size)
    lowest.set(node, index.size - 1)
    stack.push(node)
    onStack.add(node)
    return { node, rest: successors(node)[Symbol.iterator]() }
  }
  const lower = (node: number, to: number | undefined): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? 0, to ?? 0))
  }
  for (const root of nodes) {
    if (index.has(root)) continue
    const path = [enter(root)]
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const next = here.rest.next()
      if (next.done !== true) {
        if (!index.has(next.value)) path.push(enter(next.value))
        else if (onStack.has(next.value)) lower(here.node, index.get(next.value))
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(parent.node, lowest.get(here.node))
      if (lowest.get(here.node) !== index.get(here.node)) continue
      const component = new Set(stack.splice(stack.indexOf(here.node)))
      for (const node of component) onStack.delete(node)
      if (component.size > 1) components.push(component)
    }
  }
  return components
}
