/** Whether a read of the past was refused because nothing is kept from then any more: a busy dev cluster says so, and is right to. */
export function isTooOld(error: unknown): boolean {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link.message.includes('must be after replica GC threshold')) return true
  }
  return false
}
