import { DomainError } from '../../src/shared/errors.ts';
import { log } from '../../src/shared/log.ts';

/**
 * For functions whose caller waits: what is not done when the platform is about to kill the function is answered by
 * name, to be asked for again. It leaves time for the answer, on a machine that may be busy.
 *
 * However often a single call of the table is repeated, several in a row may each be slow: only what is left of the
 * invocation tells when to give up. What was asked may still happen, as after every lost answer.
 */
export const inTime = {
  timeoutEarlyInMillis: 250,
  timeoutEarlyResponse(): never {
    log('out-of-time', {});
    throw new DomainError('table-busy', 'No time is left, the table may be busy; ask again');
  },
};
