/** Tests on UTF-16 code units; `NaN`, which charCodeAt gives past the end, belongs to no class. */

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

export function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128
}

export function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === 36
}
