/** Gives the error the stack of the caller, instead of that of the socket's event. */
export function rethrowFromHere(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error)
  throw error
}

/** Anything that was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('Something that is no error was thrown', { cause: thrown })
}

/** The callback among the last two arguments of node-postgres' `query`. */
export function callbackOf(values: unknown, callback: unknown): CallableFunction | undefined {
  if (typeof values === 'function') return values
  return typeof callback === 'function' ? callback : undefined
}

/** Calls a callback of the application. What it throws is the application's, and must not end up in the protocol parser that called. */
export function callBack(done: CallableFunction, ...outcome: readonly unknown[]): void {
  try {
    Reflect.apply(done, undefined, outcome)
  } catch (thrown) {
    process.nextTick(() => {
      throw thrown
    })
  }
}

/** Tells a node-style callback how a promise settled. */
export async function callBackWith(promise: Promise<unknown>, done: CallableFunction): Promise<void> {
  let result: unknown
  try {
    result = await promise
  } catch (error) {
    return callBack(done, error, undefined)
  }
  callBack(done, undefined, result)
}
