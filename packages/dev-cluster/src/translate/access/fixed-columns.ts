import type { Token } from '@cerci/sql'

/** The columns that a condition sets equal to a constant or placeholder each, and to which. Nothing where OR or NOT decides. */
export function fixedColumns(
  condition: readonly Token[],
  columns: ReadonlySet<string>,
): ReadonlyMap<string, readonly Token[]> {
  const fixed = new Map<string, readonly Token[]>()
  for (const part of conjuncts(condition)) {
    const equals = part.findIndex(token => token.text === '=')
    if (equals < 0) continue
    const [left, right] = [part.slice(0, equals), part.slice(equals + 1)]
    const onLeft = columnOf(left, right, columns)
    const column = onLeft ?? columnOf(right, left, columns)
    if (column !== undefined) fixed.set(column, onLeft === undefined ? left : right)
  }
  return fixed
}

/** The parts of a condition that AND joins; nothing where OR or NOT decides. */
export function conjuncts(condition: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of condition) {
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (depth === 0 && token.kind === 'word' && token.value === 'or') return []
    if (depth === 0 && token.kind === 'word' && token.value === 'and') parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.map(withoutParentheses)
}

export function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted'
}

/** `(a = 1)` as `a = 1`; what is joined inside of the parentheses is not taken apart. */
function withoutParentheses(tokens: readonly Token[]): readonly Token[] {
  if (tokens[0]?.text !== '(' || tokens.at(-1)?.text !== ')') return tokens
  const inside = tokens.slice(1, -1)
  return inside.some(({ text, value }) => text === '(' || value === 'or' || value === 'and') ? [] : inside
}

function columnOf(side: readonly Token[], value: readonly Token[], columns: ReadonlySet<string>): string | undefined {
  const name = side.at(-1)
  if (name === undefined || !isName(name) || !columns.has(name.value)) return undefined
  const qualified = side.length === 3 && side[1]?.text === '.'
  if (side.length !== 1 && !qualified) return undefined
  return isConstant(value, columns) ? name.value : undefined
}

/** `= ANY (…)` compares with several values. */
const ofSeveral: readonly string[] = ['any', 'some', 'all']

function isConstant(value: readonly Token[], columns: ReadonlySet<string>): boolean {
  const first = value[0]?.text === '-' ? value[1] : value[0]
  if (first?.kind === 'word' && ofSeveral.includes(first.value)) return false
  if (first === undefined || !['string', 'number', 'placeholder', 'bytes', 'word'].includes(first.kind)) return false
  return !value.some(token => (isName(token) && columns.has(token.value)) || token.text === '=')
}
