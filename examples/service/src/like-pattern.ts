/** The pattern for ILIKE that finds a text anywhere, with what is special in patterns taken literally. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
