/** Every error that the domain raises by name, with what the person who meets it should do. */
export type ErrorName = keyof typeof errorTable;

export interface ErrorKind {
  /** HTTP status where a person asked. Never 401: that says that the person's own token is no good. */
  readonly status: 400 | 403 | 404 | 409 | 503;
  /** Whether the same message may succeed when delivered again, unchanged. */
  readonly retry: boolean;
}

/** The one map from an error to its retry and its HTTP status. */
export const errorTable = {
  'bad-request': { status: 400, retry: false },
  forbidden: { status: 403, retry: false },
  'not-found': { status: 404, retry: false },
  'already-exists': { status: 409, retry: false },
  /** Another fact has the identity of this one. */
  'identity-reused': { status: 409, retry: false },
  'card-number-taken': { status: 409, retry: false },
  'port-busy': { status: 409, retry: false },
  'credential-busy': { status: 409, retry: false },
  'too-little-money': { status: 409, retry: false },
  'facility-in-alarm': { status: 409, retry: false },
  'no-tariff': { status: 409, retry: false },
  'tariff-invalid': { status: 400, retry: false },
  'tariff-immutable': { status: 409, retry: false },
  'tariff-in-past': { status: 400, retry: false },
  'money-invalid': { status: 400, retry: false },
  'currency-unknown': { status: 400, retry: false },
  'spend-limit-reached': { status: 409, retry: false },
  'package-used-up': { status: 409, retry: false },
  'package-used': { status: 409, retry: false },
  'package-lapsed': { status: 409, retry: false },
  'credit-in-use': { status: 409, retry: false },
  'same-person': { status: 403, retry: false },
  'already-decided': { status: 409, retry: false },
  'changed-meanwhile': { status: 409, retry: false },
  'too-many-waiting': { status: 409, retry: false },
  'already-refunded': { status: 409, retry: false },
  'not-booked': { status: 409, retry: false },
  'more-than-charged': { status: 409, retry: false },
  'too-many-orders': { status: 409, retry: false },
  'not-paid': { status: 409, retry: false },
  'payment-mismatch': { status: 409, retry: false },
  'charset-unknown': { status: 409, retry: false },
  'signature-invalid': { status: 409, retry: false },
  'notification-expired': { status: 409, retry: false },
  'provider-unconfigured': { status: 409, retry: false },
  'provider-refused': { status: 409, retry: false },
  'provider-unavailable': { status: 503, retry: true },
  'month-not-over': { status: 409, retry: false },
  'month-open': { status: 409, retry: false },
  'month-closed': { status: 409, retry: false },
  'reconciliation-missing': { status: 409, retry: false },
  'books-do-not-balance': { status: 409, retry: false },
  'lost-race': { status: 503, retry: true },
  'table-busy': { status: 503, retry: true },
} as const satisfies Record<string, ErrorKind>;
