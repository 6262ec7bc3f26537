/**
 * The text form of a one-dimensional array; null elements are NULL.
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function printArray(elements: readonly (string | null)[]): string {
  let text = '{'
  let first = true
  for (const element of elements) {
    if (!first) text += ','
    first = false
    text += element === null ? 'NULL' : PLAIN.test(element) && !isNull(element) ? element : quote(element)
  }
  return `${text}}`
}

/** Reads the text form of an array of any dimension. `parse` gets every element that is not NULL. */
export function parseArray<T>(text: string, parse: (element: string) => T): NestedArray<T> {
  const reader = new ArrayReader(text, parse)
  return reader.read()
}

export type NestedArray<T> = (T | null | NestedArray<T>)[]

/** What needs no quotes: most numbers, UUIDs and words. */
const PLAIN = /^[\w.+:-]+$/

function isNull(element: string): boolean {
  return element.length === 4 && element.toUpperCase() === 'NULL'
}

function quote(element: string): string {
  return `"${element.replace(/["\\]/g, '\\$&')}"`
}

class ArrayReader<T> {
  readonly #text: string
  readonly #parse: (element: string) => T
  #at: number

  constructor(text: string, parse: (element: string) => T) {
    this.#text = text
    this.#parse = parse
    this.#at = text.startsWith('[') ? text.indexOf('=') + 1 : 0 // `[0:2]={…}` names its bounds
  }

  read(): NestedArray<T> {
    const elements: NestedArray<T> = []
    this.#at++
    while (this.#at < this.#text.length && this.#char() !== '}') {
      if (this.#char() === ',') this.#at++
      else if (this.#char() === '{') elements.push(this.read())
      else if (this.#char() === '"') elements.push(this.#parse(this.#quoted()))
      else elements.push(this.#plain())
    }
    this.#at++
    return elements
  }

  #char(): string {
    return this.#text.charAt(this.#at)
  }

  #plain(): T | null {
    const start = this.#at
    while (this.#at < this.#text.length && this.#char() !== ',' && this.#char() !== '}') this.#at++
    const element = this.#text.slice(start, this.#at)
    return element === 'NULL' ? null : this.#parse(element)
  }

  #quoted(): string {
    let element = ''
    for (this.#at++; this.#at < this.#text.length && this.#char() !== '"'; this.#at++) {
      if (this.#char() === '\\') this.#at++
      element += this.#char()
    }
    this.#at++
    return element
  }
}
