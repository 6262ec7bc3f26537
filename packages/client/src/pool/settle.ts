/** Gives the error the stack of the caller, instead of that of the socket's event. */
export function rethrowFromHere(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error)
  throw error
}

/** Calls a callback of the application. What it throws is the application's, and must not end up in the protocol parser that called. */
export function callBack(done: CallableFunction, error: unknown, result: unknown): void {
  try {
    Reflect.apply(done, undefined, [error, result])
  } catch (thrown) {
    process.nextTick(() => {
      throw thrown
    })
  }
}
