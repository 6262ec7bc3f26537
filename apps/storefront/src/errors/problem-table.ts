/**
 * Every error that a client of the storefront can see: its stable code, its HTTP status, what it says and what to do next.
 * Codes are never reused for another meaning. The OpenAPI document and GET /problems/{code} are made from this table.
 */
export const problemTable = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid.',
    action: 'Correct the fields named in `errors` and send it again. Nothing was written.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not valid JSON.',
    action: 'Send one JSON document in UTF-8, without __proto__ or constructor.prototype keys.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor is not one that this list returned.',
    action: 'Start again without a cursor, and pass nextCursor on unchanged.',
  },
  unauthenticated: {
    status: 401,
    title: 'This needs a valid access token.',
    action: 'Sign in at POST /sessions, or refresh, and send Authorization: Bearer with the access token.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'E-mail address and password do not belong together.',
    action: 'Check both; after several failures the account is closed to attempts for a while.',
  },
  'invalid-refresh-token': {
    status: 401,
    title: 'The refresh token is not valid, or not any more.',
    action: 'Sign in again.',
  },
  'refresh-token-reused': {
    status: 401,
    title: 'The refresh token was used before, so somebody else may have it; the session is over.',
    action: 'Sign in again, and change the password if you did not send the token twice yourself.',
  },
  forbidden: {
    status: 403,
    title: 'This is not yours to see or to change.',
    action: 'Use your own ids, or ask an administrator.',
  },
  'user-not-found': { status: 404, title: 'There is no such user.', action: 'Check the id; the user may be deleted.' },
  'product-not-found': { status: 404, title: 'There is no such product.', action: 'Check the id.' },
  'order-not-found': { status: 404, title: 'This user has no such order.', action: 'Check both ids.' },
  'account-not-found': { status: 404, title: 'There is no such account.', action: 'Check the id.' },
  'transfer-not-found': { status: 404, title: 'There is no such transfer.', action: 'Check the id.' },
  'post-not-found': { status: 404, title: 'This user has no such post.', action: 'Check both ids.' },
  'route-not-found': {
    status: 404,
    title: 'There is nothing at this address.',
    action: 'See /openapi.json for what there is.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method.',
    action: 'Use one of the methods in the Allow header.',
  },
  'email-taken': {
    status: 409,
    title: 'Another user has this e-mail address.',
    action: 'Use another address, or sign in as that user.',
  },
  'sku-taken': {
    status: 409,
    title: 'Another product has this SKU.',
    action: 'Use another SKU, or change that product.',
  },
  'nothing-available': {
    status: 409,
    title: 'None of the items can be had, so there is no order.',
    action: 'See `items` for the reason of each. Nothing was written.',
  },
  'account-not-empty': {
    status: 409,
    title: 'An account of the user still holds money.',
    action: 'Transfer it away first. Nothing was erased.',
  },
  'illegal-status-change': {
    status: 409,
    title: 'The order cannot go from its status to this one.',
    action: 'Read the order; it may have moved on in the meantime.',
  },
  'insufficient-funds': {
    status: 409,
    title: 'The account does not hold this much.',
    action: 'Transfer less, or pay money in first. Nothing was moved.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'The inventory holds fewer pieces than this takes out.',
    action: 'Take out fewer. Nothing was changed.',
  },
  'limit-exceeded': {
    status: 409,
    title: 'An amount or a count would grow beyond what can be kept.',
    action: 'Use a smaller one. Nothing was written.',
  },
  'version-conflict': {
    status: 412,
    title: 'Somebody else has changed this in the meantime.',
    action: 'Read it again, decide again, and send the new ETag in If-Match.',
  },
  'body-too-large': { status: 413, title: 'The body is too large.', action: 'Send it in smaller parts.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not declared as JSON.',
    action: 'Send Content-Type: application/json, and no Content-Encoding.',
  },
  'same-account': {
    status: 422,
    title: 'Both sides of the transfer are the same account.',
    action: 'Name two different accounts.',
  },
  'unknown-account': {
    status: 422,
    title: 'One of the accounts of the transfer does not exist.',
    action: 'Check both ids. Nothing was moved.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This idempotency key was used for another request.',
    action: 'Use a new key for every new request, and the same key only to repeat one.',
  },
  'version-required': {
    status: 428,
    title: 'A change must say which version it was decided on.',
    action: 'Send the ETag of what you read in If-Match.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many attempts.',
    action: 'Try again after the time in Retry-After.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side.',
    action: 'Try again later, and quote the request id if it goes on.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'The connection to the database was lost at the moment of the commit: nobody knows yet whether it happened.',
    action:
      'With an Idempotency-Key, send the same request again: it cannot happen twice. Without one, read first whether it has happened.',
  },
  overloaded: {
    status: 503,
    title: 'The service has more to do than it can. Nothing was written.',
    action: 'Try again after the time in Retry-After.',
  },
  'database-unavailable': {
    status: 503,
    title: 'The database cannot be reached or is too busy. Nothing was written.',
    action: 'Try again after the time in Retry-After.',
  },
} as const

export type ProblemCode = keyof typeof problemTable

export interface ProblemKind {
  /** HTTP status. */
  readonly status: number
  readonly title: string
  /** What to do next. */
  readonly action: string
}
