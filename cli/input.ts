import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { placeOf, unknownMember } from '../src/shared/unknown-member.ts';
import { CommandRefused, wordsOf } from './refusal.ts';

/**
 * The text of a file, without the byte order mark that editors of Windows put before it. Throws CommandRefused,
 * `file-unreadable`.
 */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new CommandRefused('file-unreadable', `${file}: ${wordsOf(error)}`);
  }
}

/** What is in a file of JSON. Throws CommandRefused, `file-unreadable` or `not-json`. */
export function jsonIn(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandRefused('not-json', `${file}: ${wordsOf(error)}`);
  }
}

/**
 * A JSON file by its schema. Throws CommandRefused with the path of what is wrong; a member that the schema does not
 * know is wrong too, for an optional one that is misspelt would silently be left out.
 */
export function readJson<T>(file: string, schema: z.ZodMiniType<T>): T {
  const content = jsonIn(file);
  const result = z.safeParse(schema, content, { error: reasonOf });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw badFile(file, issue?.path ?? [], issue?.message ?? 'is not as described');
  }
  const unknown = unknownMember(content, result.data);
  if (unknown !== undefined) throw badFile(file, unknown, 'is not known');
  return result.data;
}

const english = z.locales.en().localeError;

/** `expected int, received 0.5`: the words of zod, which the schemas of zod/mini do not bring along. */
function reasonOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type' && typeof issue.input === 'number')
    return `expected ${issue.expected}, received ${issue.input}`;
  const said = english(issue);
  const words = typeof said === 'string' ? said : (said?.message ?? 'is not as described');
  return words.replace(/^Invalid (input|option): /, '').replace(/^Invalid discriminator value\. E/, 'e');
}

export function badFile(file: string, path: readonly PropertyKey[], reason: string): CommandRefused {
  return new CommandRefused('bad-file', `${file}: ${placeOf(path) || 'the file'}: ${reason}`);
}
