import { ApiFailure } from '../contract/client.ts';
import { DomainError } from '../src/shared/errors.ts';
import { CommandRefused } from './refusal.ts';

/** What keeps a command from its end. */
export interface Failure {
  readonly error: string;
  readonly message: string;
  /** 1 refused by the API, 2 not understood or not possible here. */
  readonly exitCode: 1 | 2;
}

/** Undefined for what is a defect of ours: it keeps its stack. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  const failed = (name: string, words: string): Failure => ({ error: name, message: words, exitCode: 2 });
  if (error instanceof CommandRefused || error instanceof DomainError) return failed(error.error, message);
  if (error instanceof ApiFailure) return apiFailure(error);
  const ofCloud = cloudFailure(error);
  if (ofCloud !== undefined) return ofCloud;
  // A file or a directory that cannot be written as it was named.
  if ('syscall' in error) return failed('file-unwritable', message);
  return undefined;
}

function apiFailure({ kind, error, detail = error, status }: ApiFailure): Failure {
  const failed = (name: string, message: string): Failure => ({ error: name, message, exitCode: 2 });
  if (kind === 'unreachable') return failed('api-unreachable', `The API cannot be reached: ${detail}`);
  if (kind === 'unexpected-answer')
    return failed('api-unknown', 'What answered is no API of ours: it answered something else');
  // Nothing was sent: a name that was typed cannot be one.
  if (status === undefined) return failed('bad-usage', detail);
  return { error, message: `${detail} (${status})`, exitCode: 1 };
}

/** What the AWS SDK throws: the service's own refusal, by its own name, or why nobody could be asked. */
function cloudFailure(error: Error): Failure | undefined {
  const { name, message } = error;
  if (/^(CredentialsProvider|TokenProvider)Error$/.test(name))
    return { error: 'no-credentials', message: `No AWS credentials: ${message}`, exitCode: 2 };
  if (!('$metadata' in error)) return undefined;
  if ('$fault' in error) return { error: name, message, exitCode: 1 };
  return { error: 'cloud-unreachable', message: `The cloud cannot be reached: ${message}`, exitCode: 2 };
}
