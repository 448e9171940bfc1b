/** Codes of the API's errors and the HTTP status of each. */
const STATUS_OF = {
  USAGE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  CROSS_SITE: 403,
  NOT_FOUND: 404,
  // Why the ledger did not change a plan.
  OPTIONS_INVALID: 400,
  PLAN_STATE: 409,
  PLAN_ERASED: 409,
  LETTERS_IN_OTHER_PLAN: 409,
  LETTERS_REPLAYED_OFTEN: 409,
  TOO_LARGE: 413,
  TOO_MANY_ATTEMPTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export type RefusalCode = keyof typeof STATUS_OF;

/** An answer other than the one that was asked for. Its message is shown to the caller as it is. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Refusal';
  }

  get status(): number {
    return STATUS_OF[this.code];
  }
}
