import { findVariable, variables } from '../variables/variables.js'

const globalDefaults: ReadonlyMap<string, string> = new Map(
  variables.map(variable => [variable.name, variable.default]),
)

/** A place to which SETs can be undone. */
export type VariablesMark = ReadonlyMap<string, string>

/** All values at a moment, for comparison. */
export interface VariablesStamp {
  readonly values: ReadonlyMap<string, string>
  readonly locals: ReadonlyMap<string, string>
}

/**
 * The session's variables as the gateway knows them from startup and SET statements. PostgreSQL holds the values that count;
 * this copy answers what translation and the session itself must know without asking it.
 */
export class SessionVariables {
  #initial: ReadonlyMap<string, string>
  /** What only the session knows: read-only variables, by name. */
  readonly #facts: ReadonlyMap<string, () => string>
  /** Replaced, never changed, so that a mark is a reference. */
  #values: ReadonlyMap<string, string>
  /** SET LOCAL, gone with the transaction. */
  #locals: ReadonlyMap<string, string> = new Map()

  constructor(initial: ReadonlyMap<string, string>, facts: ReadonlyMap<string, () => string>) {
    this.#initial = initial
    this.#values = initial
    this.#facts = facts
  }

  /** The value as SHOW prints it; empty for a name that does not exist. */
  get(name: string): string {
    const fact = this.#facts.get(name)
    if (fact !== undefined) return fact()
    return this.#locals.get(name) ?? this.#values.get(name) ?? globalDefaults.get(name) ?? ''
  }

  /** Takes the defaults of the session's role and database, where the client has not asked for something else. */
  begin(defaults: ReadonlyMap<string, string>): void {
    if (defaults.size === 0) return
    this.#initial = new Map([...defaults, ...this.#initial])
    this.#values = this.#initial
  }

  isOn(name: string): boolean {
    return this.get(name) === 'on'
  }

  /** Every value that differs from the default, for another backend to begin with. */
  get values(): ReadonlyMap<string, string> {
    return this.#values
  }

  /** @param value `default` for SET … TO DEFAULT and RESET */
  set(name: string, value: string, local: boolean): void {
    const variable = findVariable(name)?.name ?? name
    if (local) {
      this.#locals = withValue(this.#locals, variable, value === 'default' ? this.#defaultOf(variable) : value)
    } else {
      this.#values = withValue(this.#values, variable, value === 'default' ? this.#defaultOf(variable) : value)
      this.#locals = withValue(this.#locals, variable, undefined)
    }
  }

  /** RESET ALL and DISCARD ALL. */
  reset(): void {
    this.#values = this.#initial
    this.#locals = new Map()
  }

  mark(): VariablesMark {
    return this.#values
  }

  rewind(mark: VariablesMark): void {
    this.#values = mark
  }

  stamp(): VariablesStamp {
    return { values: this.#values, locals: this.#locals }
  }

  /** Whether nothing has been set since. */
  isAt(stamp: VariablesStamp): boolean {
    return stamp.values === this.#values && stamp.locals === this.#locals
  }

  endTransaction(): void {
    if (this.#locals.size > 0) this.#locals = new Map()
  }

  /** A startup parameter is the session's default, as in PostgreSQL. */
  #defaultOf(name: string): string | undefined {
    return this.#initial.get(name)
  }
}

function withValue(
  values: ReadonlyMap<string, string>,
  name: string,
  value: string | undefined,
): ReadonlyMap<string, string> {
  const changed = new Map(values)
  if (value === undefined) changed.delete(name)
  else changed.set(name, value)
  return changed
}
