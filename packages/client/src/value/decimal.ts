import { ValueError } from './value-error.js'

/** How `round` decides about what lies between two neighbours. `half-up` is away from zero, as the DECIMAL of the database rounds. */
export type Rounding = 'half-up' | 'half-even' | 'down'

/**
 * An exact decimal number, for money that must be added or compared in the application. Immutable; the scale (digits after the point)
 * is kept as written, so that `12.30` prints as `12.30`. Send it as a parameter as it is.
 *
 * @example
 * import { Decimal } from 'cerci'
 *
 * const total = Decimal.parse('0.10').plus(Decimal.parse('0.20'))
 * total.toString() // '0.30'
 * total.times(Decimal.parse('1.19')).round(2).toString() // '0.36'
 */
export class Decimal {
  /** The number without its point: 12.30 is 1230 at scale 2. */
  readonly coefficient: bigint
  /** Digits after the point, 0 or more. */
  readonly scale: number

  private constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient
    this.scale = scale
  }

  /** Reads what a DECIMAL column gives: `-12.30`, `1e3`. Throws `CERCI_BAD_VALUE` for anything else, NaN and infinity included. */
  static parse(this: void, text: string): Decimal {
    const parts = DECIMAL.exec(text)
    if (!parts) throw notDecimal()
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
    const shift = Number(exponent)
    if (Math.abs(shift) > MAX_EXPONENT) throw notDecimal()
    const digits = BigInt(`${sign}${whole}${fraction}`)
    const scale = fraction.length - shift
    return scale >= 0 ? new Decimal(digits, scale) : new Decimal(digits * 10n ** BigInt(-scale), 0)
  }

  /** From an integer and its scale: `Decimal.of(1999n, 2)` is 19.99. */
  static of(coefficient: bigint, scale = 0): Decimal {
    if (!Number.isInteger(scale) || scale < 0 || scale > MAX_EXPONENT) {
      throw new ValueError(`The scale of a decimal is an integer from 0 to ${MAX_EXPONENT}, not ${scale}`)
    }
    return new Decimal(coefficient, scale)
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.#at(scale) + other.#at(scale), scale)
  }

  minus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.#at(scale) - other.#at(scale), scale)
  }

  /** Exact: the scales add up. */
  times(other: Decimal): Decimal {
    return new Decimal(this.coefficient * other.coefficient, this.scale + other.scale)
  }

  negated(): Decimal {
    return new Decimal(-this.coefficient, this.scale)
  }

  /** Negative when smaller than `other`, 0 when equal whatever the scales, positive when greater. */
  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale)
    const difference = this.#at(scale) - other.#at(scale)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }

  equals(other: Decimal): boolean {
    return this.compare(other) === 0
  }

  /** The nearest number with exactly `scale` digits after the point. */
  round(scale: number, rounding: Rounding = 'half-up'): Decimal {
    const checked = Decimal.of(0n, scale).scale
    if (checked >= this.scale) return new Decimal(this.#at(checked), checked)
    const unit = 10n ** BigInt(this.scale - scale)
    const quotient = this.coefficient / unit
    const rest = magnitude(this.coefficient % unit) * 2n
    const away =
      rounding !== 'down' && (rest > unit || (rest === unit && (rounding === 'half-up' || quotient % 2n !== 0n)))
    const step = this.coefficient < 0n ? -1n : 1n
    return Decimal.of(away ? quotient + step : quotient, scale)
  }

  toString(): string {
    const digits = magnitude(this.coefficient)
      .toString()
      .padStart(this.scale + 1, '0')
    const sign = this.coefficient < 0n ? '-' : ''
    if (this.scale === 0) return sign + digits
    return `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`
  }

  /** A string in JSON as well, because a JSON number is a float in most readers. */
  toJSON(): string {
    return this.toString()
  }

  /** What node-postgres sends for it as a parameter. */
  toPostgres(): string {
    return this.toString()
  }

  #at(scale: number): bigint {
    return this.coefficient * 10n ** BigInt(scale - this.scale)
  }
}

const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Enough for every DECIMAL of the database, and a bound on the memory a hostile text can ask for. */
const MAX_EXPONENT = 100_000

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

function notDecimal(): ValueError {
  return new ValueError('A text is not an exact decimal number; NaN and infinity are none')
}
