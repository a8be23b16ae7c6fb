import * as z from 'zod/mini';
import { ApiRefusal } from '../simulator/provision.ts';
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
  if (error instanceof ApiRefusal) return { error: error.error, message, exitCode: 1 };
  const failed = (name: string, words: string): Failure => ({ error: name, message: words, exitCode: 2 });
  if (error instanceof CommandRefused || error instanceof DomainError) return failed(error.error, message);
  const ofCloud = cloudFailure(error);
  if (ofCloud !== undefined) return ofCloud;
  // A file or a directory that cannot be written as it was named.
  if ('syscall' in error) return failed('file-unwritable', message);
  // What fetch throws where nobody answers, or could, and what reading an answer throws that is no API's.
  if (error instanceof TypeError && /^(fetch failed|Failed to parse URL)/.test(message))
    return failed('api-unreachable', `The API cannot be reached: ${causeOf(error)}`);
  if (error instanceof SyntaxError)
    return failed('api-unknown', 'What answered is no API of ours: it did not answer in JSON');
  // Only answers are parsed so that they throw it: files have words of their own.
  if (error instanceof z.core.$ZodError)
    return failed('api-unknown', 'What answered is no API of ours: it answered something else');
  return undefined;
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

function causeOf({ cause, message }: TypeError): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
