import { type ErrorKind, type ErrorName, errorTable } from '../../contract/words/errors.ts';

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
