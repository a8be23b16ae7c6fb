import { ApiRefusal } from '../simulator/provision.ts';
import { DomainError } from '../src/shared/errors.ts';
import { CommandRefused } from './connection.ts';

export type Tell = (line: string) => void;

/**
 * Runs a command and answers its exit code; what keeps it from its end is told in words. `refused` is the code for what
 * the API refused. A defect of ours is thrown on.
 */
export async function orFailure(
  tell: Tell,
  command: () => Promise<number>,
  refused: 1 | 2 = 1,
): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    tell(failure.message);
    return Math.max(failure.exitCode, refused);
  }
}

/**
 * Why a command failed, in words for whoever typed it, and its exit code: 1 refused by the API, 2 not understood or not
 * possible here. Undefined for anything else, which is a defect of ours and keeps its stack.
 */
function failureOf(error: unknown): { readonly message: string; readonly exitCode: 1 | 2 } | undefined {
  if (error instanceof ApiRefusal) return { message: error.message, exitCode: 1 };
  const message = reasonOf(error);
  return message === undefined ? undefined : { message, exitCode: 2 };
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandRefused || error instanceof DomainError) return error.message;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('ERR_PARSE_ARGS')) return error.message;
  // A file or a directory that cannot be written as it was named.
  if ('syscall' in error) return error.message;
  // What fetch throws where nobody answers, or could, and what reading an answer throws that is no API's.
  if (error instanceof TypeError && /^(fetch failed|Failed to parse URL)/.test(error.message))
    return `The API cannot be reached: ${causeOf(error)}`;
  if (error instanceof SyntaxError) return 'What answered is no API of ours: it did not answer in JSON';
  return undefined;
}

function causeOf({ cause, message }: TypeError): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
