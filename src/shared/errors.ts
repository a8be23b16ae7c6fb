/** Every error that the domain raises by name, with what the person who meets it should do. */
export type ErrorName = keyof typeof errorTable;

interface ErrorKind {
  /** HTTP status where a person asked. */
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
  'card-number-taken': { status: 409, retry: false },
  'port-busy': { status: 409, retry: false },
  'credential-busy': { status: 409, retry: false },
  'too-little-money': { status: 409, retry: false },
  'facility-in-alarm': { status: 409, retry: false },
  'no-tariff': { status: 409, retry: false },
  'tariff-invalid': { status: 400, retry: false },
  'tariff-immutable': { status: 409, retry: false },
  'money-invalid': { status: 400, retry: false },
  'lost-race': { status: 503, retry: true },
  'table-busy': { status: 503, retry: true },
} as const satisfies Record<string, ErrorKind>;

/** A named failure of the domain. Everything else that is thrown is a defect or an outage. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly error: ErrorName;
  constructor(error: ErrorName, message: string) {
    super(message);
    this.error = error;
  }
  get status(): ErrorKind['status'] {
    return errorTable[this.error].status;
  }
  get retry(): boolean {
    return errorTable[this.error].retry;
  }
}
