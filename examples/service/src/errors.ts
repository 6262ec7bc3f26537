/** What the service refuses. Errors of the database are not among them. */
export class ServiceError extends Error {}

export class NotFoundError extends ServiceError {}

export class InsufficientFundsError extends ServiceError {}

/** The user was changed since that version was read. */
export class StaleVersionError extends ServiceError {}

/** A user who has published keeps at least one published post. */
export class LastPostError extends ServiceError {}

/** Nothing of the order is in stock. */
export class EmptyOrderError extends ServiceError {}
