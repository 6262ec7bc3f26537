/** Every operator of CockroachDB's grammar, https://www.cockroachlabs.com/docs/v26.2/functions-and-operators#operators. */
const operators = [
  ':::',
  '::',
  '||/',
  '||',
  '|/',
  '|',
  '//',
  '/',
  '<<=',
  '<<',
  '<=>',
  '<->',
  '<#>',
  '<=',
  '<>',
  '<@',
  '<%',
  '<',
  '>>=',
  '>>',
  '>=',
  '>',
  '!~~*',
  '!~~',
  '!~*',
  '!~',
  '!=',
  '!',
  '~~*',
  '~~',
  '~*',
  '~=',
  '~',
  '?|',
  '?&',
  '?',
  '->>',
  '->',
  '-|-',
  '-',
  '#>>',
  '#>',
  '#-',
  '#',
  '@>',
  '@@',
  '@?',
  '@',
  '&&',
  '&<',
  '&>',
  '&',
  '*',
  '+',
  '%',
  '^',
  '=>',
  '=',
  ':=',
  ':',
] as const

/** Operators by their first character, longest first. */
const byFirstCharacter = new Map<string, string[]>()
for (const operator of operators) {
  const list = byFirstCharacter.get(operator.charAt(0)) ?? []
  byFirstCharacter.set(
    operator.charAt(0),
    [...list, operator].toSorted((a, b) => b.length - a.length),
  )
}

/** The longest operator that starts at the offset, or undefined. */
export function operatorAt(source: string, offset: number): string | undefined {
  return byFirstCharacter.get(source.charAt(offset))?.find(operator => source.startsWith(operator, offset))
}
