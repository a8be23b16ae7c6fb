/** Why a command was not carried out, as `--json` names it where the API has no name of its own. */
export type RefusalName =
  | 'bad-usage'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'not-json'
  | 'bad-file'
  | 'no-api'
  | 'api-unreachable'
  | 'api-unknown'
  | 'not-found'
  | 'no-queue'
  | 'no-credentials'
  | 'cloud-unreachable';

/** A command cannot be carried out as it was given, or finds nobody to talk to. Ends it with exit code 2. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  readonly error: RefusalName;
  constructor(error: RefusalName, message: string) {
    super(message);
    this.error = error;
  }
}

/** Why a dead letter stays where it is. */
export class RedriveRefused extends Error {
  override readonly name = 'RedriveRefused';
  readonly error: 'records-gone' | 'failed-again' | 'not-redrivable';
  constructor(error: RedriveRefused['error'], message: string) {
    super(message);
    this.error = error;
  }
}

/** What was thrown, in words. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
