/** One line that says what went wrong and what to do; errors of the packages below say both themselves. */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return `The storefront could not start: ${String(error)}`
  const { message } = error
  if (!('code' in error) || typeof error.code !== 'string') return `The storefront could not start: ${oneLine(message)}`
  if (/^(CERCI|STOREFRONT)_/.test(error.code)) return oneLine(message)
  return `The storefront could not start (${error.code}): ${oneLine(message)}`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}
