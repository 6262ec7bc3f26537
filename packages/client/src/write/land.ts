import { isRowError } from '../retry/row-errors.js'

/**
 * Lands items together; when the server refuses them because of one of them, lands each half by itself, in order, down to the item that is
 * to blame. The others land. Errors that are not about rows are thrown on: what landed before them is reported by `landed`.
 *
 * @param land Writes the items, all or nothing.
 * @param refuse Is told of an item that cannot land, and why.
 */
export async function landEach<Item>(
  items: readonly Item[],
  land: (items: readonly Item[]) => Promise<void>,
  refuse: (item: Item, error: unknown) => void,
): Promise<void> {
  try {
    await land(items)
  } catch (error) {
    if (!isRowError(error)) throw error
    const [only] = items
    if (only === undefined) throw error
    if (items.length === 1) {
      refuse(only, error)
      return
    }
    const half = items.length >> 1
    await landEach(items.slice(0, half), land, refuse)
    await landEach(items.slice(half), land, refuse)
  }
}
